// Matrix products with NEON: tiles of 6 rows by 16 columns, 24 of 32 registers.
#if defined(__aarch64__)
#include "../vector/neon.h"

#include "../dispatch/sets.h"
#include "finish.h"
#include "multiply_adds.h"
#include "tile.h"

// Four products of unsigned a and signed b for each of four columns, widened and folded.
INLINE vi step_int8(vi sum, vi a, vi b) {
  int16x8_t wide_a = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8((uint8x16_t)a)));
  int16x8_t low_b = vmovl_s8(vget_low_s8((int8x16_t)b)), high_b = vmovl_high_s8((int8x16_t)b);
  int16x4_t of_a = vget_low_s16(wide_a);  // the same four values for every column
  int32x4_t first = vmull_s16(of_a, vget_low_s16(low_b));
  int32x4_t second = vmull_s16(of_a, vget_high_s16(low_b));
  int32x4_t third = vmull_s16(of_a, vget_low_s16(high_b));
  int32x4_t fourth = vmull_s16(of_a, vget_high_s16(high_b));
  return sum + (vi)vpaddq_s32(vpaddq_s32(first, second), vpaddq_s32(third, fourth));
}

VIT_DEFINE_TILE(tile_float32, vf, step_float32)
VIT_DEFINE_TILE(tile_bfloat16, vf, step_bfloat16)
VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_float32, vf, step_float32, 1)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_bfloat16, 2)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_linear_kernels vit_linear_neon = {
  .float32 = {tile_float32, VIT_TILE_ROWS, multiply_adds_float32},
  .bfloat16 = {tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16},
  .int8 = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8},
  .finish = finish,
};

#endif
