// 8-bit products with AVX-VNNI: four products and their sum in one instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avxvnni"))), \
  apply_to = function)
#define VIT_WIDTH 8
#define VIT_TILE_VECTORS 2

#include "../dispatch/sets.h"
#include "multiply_adds.h"
#include "tile.h"

INLINE vi step_int8(vi sum, vi a, vi b) {
  return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
}

VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_tile_kernel vit_int8_avxvnni = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8};

#pragma clang attribute pop
#endif
