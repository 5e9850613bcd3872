// A vector of 4 floats for NEON, which every 64-bit ARM processor has.
#include <arm_neon.h>

#include "../include/kernels.h"

#define VIT_WIDTH 4
#define VIT_TILE_VECTORS 4
