#ifndef CKernels_h
#define CKernels_h

#include "attention.h"
#include "kernels.h"
#include "resize.h"
#include "threads.h"

#endif
