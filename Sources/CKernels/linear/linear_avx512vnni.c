// 8-bit products with AVX-512 VNNI: four products and their sum in one instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), \
  apply_to = function)
#define VIT_WIDTH 16
#define VIT_TILE_VECTORS 4

#include "../dispatch/sets.h"
#include "multiply_adds.h"
#include "tile.h"

INLINE vi step_int8(vi sum, vi a, vi b) {
  return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_tile_kernel vit_int8_avx512vnni = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8};

#pragma clang attribute pop
#endif
