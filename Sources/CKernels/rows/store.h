// bfloat16 in memory: a float32's upper half.
#ifndef vit_store_h
#define vit_store_h

#include "../vector/vector.h"

typedef uint16_t v16 __attribute__((ext_vector_type(VIT_WIDTH)));

// A bfloat16 in the lower half of each element, rounded to nearest even; NaN stays NaN.
INLINE vu round_to_bfloat16(vf x) {
  vu bits = __builtin_bit_cast(vu, x);
  vu rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  vu quiet = (bits >> 16) | 0x40;
  vi is_nan = x != x;
  return is_nan ? quiet : rounded;
}

// Stores `count` elements in bfloat16.
INLINE void store_bfloat16(uint16_t *out, vf x, size_t count) {
#if defined(VIT_ROUNDS_TO_BFLOAT16)
  v16 half = (v16)_mm512_cvtneps_pbh((__m512)x);
#else
  v16 half = __builtin_convertvector(round_to_bfloat16(x), v16);
#endif
  if (count == VIT_WIDTH) {
    __builtin_memcpy(out, &half, sizeof half);
    return;
  }
#if VIT_WIDTH == 16
  _mm256_mask_storeu_epi16(out, (__mmask16)((1u << count) - 1), (__m256i)half);
#else
  uint16_t all[VIT_WIDTH];
  __builtin_memcpy(all, &half, sizeof half);
  for (size_t j = 0; j < count; j++) out[j] = all[j];
#endif
}

// `count` bfloat16 in the lower halves of the elements, zeros after them.
INLINE vu load_halves(const uint16_t *from, size_t count) {
  v16 half = (v16)0;
  if (count == VIT_WIDTH) {
    __builtin_memcpy(&half, from, sizeof half);
  } else {
    uint16_t all[VIT_WIDTH] = {0};
    for (size_t j = 0; j < count; j++) all[j] = from[j];
    __builtin_memcpy(&half, all, sizeof half);
  }
  return __builtin_convertvector(half, vu);
}

#endif
