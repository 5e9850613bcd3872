#ifndef CKernels_h
#define CKernels_h

#include "kernels.h"
#include "threads.h"
#if __has_include("resize.h")
#include "resize.h"
#endif

#endif
