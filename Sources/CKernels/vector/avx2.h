// Opens the AVX2 target with a vector of 8 floats. Tiles are 2 vectors wide: 16 registers hold
// 12 sums. The including file closes it with `#pragma clang attribute pop`.
#include <immintrin.h>

#include "../include/kernels.h"

#pragma clang attribute push( \
  __attribute__((target("avx2,fma"))), apply_to = function)
#define VIT_WIDTH 8
#define VIT_TILE_VECTORS 2
