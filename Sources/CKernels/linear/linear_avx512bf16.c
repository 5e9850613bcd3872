// bfloat16 products with AVX-512 BF16: two products and their sum in one instruction, with
// float32 sums; denormals count as zero.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), \
  apply_to = function)
#define VIT_WIDTH 16
#define VIT_TILE_VECTORS 4
#define VIT_ROUNDS_TO_BFLOAT16

#include "../dispatch/sets.h"
#include "finish.h"
#include "multiply_adds.h"
#include "tile.h"

INLINE vf step_pairs(vf sum, vi a, vi b) {
  return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

VIT_DEFINE_TILE(tile_bfloat16, vf, step_pairs)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_pairs, 2)

const vit_tile_kernel vit_bfloat16_avx512bf16 = {
  tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16};

void vit_finish_avx512bf16(const vit_finish *f) { finish(f); }

#pragma clang attribute pop
#endif
