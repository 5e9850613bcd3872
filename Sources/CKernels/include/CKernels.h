#ifndef CKernels_h
#define CKernels_h
#include "resize.h"
#endif
