// Matrix products with AVX-512 F and BW: tiles of 6 rows by 64 columns, 24 of 32 registers.
#if defined(__x86_64__)
#include "../vector/avx512.h"

#include "../dispatch/sets.h"
#include "finish.h"
#include "multiply_adds.h"
#include "tile.h"

// Four products of unsigned a and signed b. The one instruction for it without VNNI saturates
// at 16 bits, so even and odd bytes are widened first; this is exact.
INLINE vi step_int8(vi sum, vi a, vi b) {
  __m512i even_a = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(0xff));
  __m512i odd_a = _mm512_srli_epi16((__m512i)a, 8);
  __m512i even_b = _mm512_srai_epi16(_mm512_slli_epi16((__m512i)b, 8), 8);
  __m512i odd_b = _mm512_srai_epi16((__m512i)b, 8);
  return sum + (vi)_mm512_madd_epi16(even_a, even_b) + (vi)_mm512_madd_epi16(odd_a, odd_b);
}

VIT_DEFINE_TILE(tile_float32, vf, step_float32)
VIT_DEFINE_TILE(tile_bfloat16, vf, step_bfloat16)
VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_float32, vf, step_float32, 1)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_bfloat16, 2)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_linear_kernels vit_linear_avx512 = {
  .float32 = {tile_float32, VIT_TILE_ROWS, multiply_adds_float32},
  .bfloat16 = {tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16},
  .int8 = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8},
  .finish = finish,
};

#pragma clang attribute pop
#endif
