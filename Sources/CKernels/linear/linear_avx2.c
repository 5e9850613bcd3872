// Matrix products with AVX2 and FMA: tiles of 6 rows by 16 columns, 12 of 16 registers.
#if defined(__x86_64__)
#include "../vector/avx2.h"

#include "../dispatch/sets.h"
#include "finish.h"
#include "multiply_adds.h"
#include "tile.h"

// Four products of unsigned a and signed b. The one instruction for it without VNNI saturates
// at 16 bits, so even and odd bytes are widened first; this is exact.
INLINE vi step_int8(vi sum, vi a, vi b) {
  __m256i even_a = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(0xff));
  __m256i odd_a = _mm256_srli_epi16((__m256i)a, 8);
  __m256i even_b = _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8);
  __m256i odd_b = _mm256_srai_epi16((__m256i)b, 8);
  return sum + (vi)_mm256_madd_epi16(even_a, even_b) + (vi)_mm256_madd_epi16(odd_a, odd_b);
}

VIT_DEFINE_TILE(tile_float32, vf, step_float32)
VIT_DEFINE_TILE(tile_bfloat16, vf, step_bfloat16)
VIT_DEFINE_TILE(tile_int8, vi, step_int8)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_float32, vf, step_float32, 1)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_bfloat16, vf, step_bfloat16, 2)
VIT_DEFINE_MULTIPLY_ADDS(multiply_adds_int8, vi, step_int8, 4)

const vit_linear_kernels vit_linear_avx2 = {
  .float32 = {tile_float32, VIT_TILE_ROWS, multiply_adds_float32},
  .bfloat16 = {tile_bfloat16, VIT_TILE_ROWS, multiply_adds_bfloat16},
  .int8 = {tile_int8, VIT_TILE_ROWS, multiply_adds_int8},
  .finish = finish,
};

#pragma clang attribute pop
#endif
