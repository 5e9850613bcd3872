// 8-bit products with NEON's dot products of signed bytes: this set's activations are signed, with
// their zero point moved by 128 (rows_neon.c).
#if defined(__aarch64__)
#include <arm_neon.h>
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define VIT_WIDTH 4
#define VIT_TILE_VECTORS 4

#include "../dispatch/sets.h"
#include "multiply_adds.h"
#include "tile.h"

INLINE vi step_int8(vi sum, vi a, vi b) {
  return (vi)vdotq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)b);
}

VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_tile_kernel vit_int8_neondot = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8};

#pragma clang attribute pop
#endif
