// Opens the SSE4.2 target with a vector of 4 floats, which has no fused multiply-add. The including
// file closes it with `#pragma clang attribute pop`.
#include <nmmintrin.h>

#include "../include/kernels.h"

#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#define VIT_WIDTH 4
#define VIT_TILE_VECTORS 4
#define VIT_MULTIPLIES_APART
