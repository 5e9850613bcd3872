// All that the module offers.
#ifndef vit_ckernels_h
#define vit_ckernels_h

#include "attention.h"
#include "kernels.h"
#include "resize.h"
#include "threads.h"

#endif
