// bfloat16 products with NEON's dot products of pairs, with float32 sums.
#if defined(__aarch64__)
#include <arm_neon.h>
#pragma clang attribute push(__attribute__((target("bf16"))), apply_to = function)
#define VIT_WIDTH 4
#define VIT_TILE_VECTORS 4

#include "../dispatch/sets.h"
#include "multiply_adds.h"
#include "tile.h"

INLINE vf step_pairs(vf sum, vi a, vi b) {
  return (vf)vbfdotq_f32(
    (float32x4_t)sum, __builtin_bit_cast(bfloat16x8_t, a), __builtin_bit_cast(bfloat16x8_t, b));
}

VIT_DEFINE_TILE(tile_bfloat16, vf, step_pairs)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_pairs, 2)

const vit_tile_kernel vit_bfloat16_neonbf16 = {
  tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16};

#pragma clang attribute pop
#endif
