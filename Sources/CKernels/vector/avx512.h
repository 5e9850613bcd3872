// Opens the AVX-512 target: F, BW, DQ and VL, with a vector of 16 floats. The including file
// closes it with `#pragma clang attribute pop`.
#include <immintrin.h>

#include "../include/kernels.h"

#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define VIT_WIDTH 16
#define VIT_TILE_VECTORS 4
