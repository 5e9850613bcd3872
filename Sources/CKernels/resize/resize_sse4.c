// A resize pass with SSE4.
//
// As with AVX2 a weight of 24 bits is split into high · 2¹² + low, pairs of a digit are multiplied in
// 16 bits and summed by themselves in 32, and the sums are joined at the end.
#if defined(__x86_64__)
#include "../vector/sse4.h"

#include <string.h>

#include "../dispatch/sets.h"
#include "../vector/vector.h"
#include "fixed_point.h"
#include "store_pixel.h"

// A block has the low digits of 4 taps, then the high ones: 16 bytes.
enum { TAPS = 4, DIGIT_BITS = 12, BLOCK = 2 * TAPS, PIXEL_ROWS = 4, COLUMNS = 16 };
typedef int16_t weight_digit;

INLINE __m128i multiply_add(__m128i sum, __m128i samples, __m128i weights) {
  return _mm_add_epi32(sum, _mm_madd_epi16(samples, weights));
}

INLINE __m128i joined(__m128i high, __m128i low) {
  return _mm_add_epi32(_mm_slli_epi32(high, DIGIT_BITS), low);
}

// One output pixel of `rows` rows. Two pixels are spread to `r0 r1 g0 g1 b0 b1 - -` in 16 bits, so
// that one multiply-add serves the three channels. 4 rows have 8 sums, which with the block's 4 pairs
// of weights leave 4 of 16 registers for the samples.
INLINE void pixel(
  const int16_t *weights, size_t blocks, const uint8_t *source, size_t source_stride,
  const size_t rows, uint8_t *target, size_t target_stride) {
  const __m128i spread_first =
    _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const __m128i spread_last =
    _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  __m128i high[4], low[4];
  UNROLL for (size_t r = 0; r < rows; r++) high[r] = low[r] = _mm_setzero_si128();
  for (size_t b = 0; b < blocks; b++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(weights + b * BLOCK));
    __m128i low_first = _mm_shuffle_epi32(block, 0x00), low_last = _mm_shuffle_epi32(block, 0x55);
    __m128i high_first = _mm_shuffle_epi32(block, 0xaa), high_last = _mm_shuffle_epi32(block, 0xff);
    UNROLL for (size_t r = 0; r < rows; r++) {
      const uint8_t *from = source + r * source_stride + b * (TAPS * 3);
      __m128i bytes = _mm_loadu_si128((const __m128i *)from);
      __m128i first = _mm_shuffle_epi8(bytes, spread_first);
      __m128i last = _mm_shuffle_epi8(bytes, spread_last);
      high[r] = multiply_add(multiply_add(high[r], first, high_first), last, high_last);
      low[r] = multiply_add(multiply_add(low[r], first, low_first), last, low_last);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) {
    store_pixel(joined(high[r], low[r]), target + r * target_stride);
  }
}

#include "horizontal.h"

// 16 columns: two source rows are interleaved into 16-bit pairs and multiplied by a pair of weights.
INLINE void columns(
  const int16_t *weights, size_t length, const uint8_t *source, size_t source_stride,
  uint8_t *target) {
  const __m128i zero = _mm_setzero_si128();
  __m128i high[4], low[4];
  for (int part = 0; part < 4; part++) high[part] = low[part] = zero;
  for (size_t tap = 0; tap < length; tap += 2) {
    const int16_t *pair = weights + tap / TAPS * BLOCK + tap % TAPS;
    int32_t pair_high, pair_low;
    memcpy(&pair_low, pair, sizeof pair_low);
    memcpy(&pair_high, pair + TAPS, sizeof pair_high);
    const __m128i weight_high = _mm_set1_epi32(pair_high), weight_low = _mm_set1_epi32(pair_low);
    // The partner of an odd last row has weight 0; any readable row serves.
    const uint8_t *first_row = source + tap * source_stride;
    const uint8_t *second_row = tap + 1 < length ? first_row + source_stride : first_row;
    __m128i a = _mm_loadu_si128((const __m128i *)first_row);
    __m128i b = _mm_loadu_si128((const __m128i *)second_row);
    __m128i first = _mm_unpacklo_epi8(a, b), last = _mm_unpackhi_epi8(a, b);
    __m128i samples[4] = {
      _mm_unpacklo_epi8(first, zero), _mm_unpackhi_epi8(first, zero),
      _mm_unpacklo_epi8(last, zero), _mm_unpackhi_epi8(last, zero)};
    for (int part = 0; part < 4; part++) {
      high[part] = multiply_add(high[part], samples[part], weight_high);
      low[part] = multiply_add(low[part], samples[part], weight_low);
    }
  }
  const __m128i half = _mm_set1_epi32(1 << (FRACTION_BITS - 1));
  __m128i sums[4];
  for (int part = 0; part < 4; part++) {
    sums[part] = _mm_srai_epi32(_mm_add_epi32(joined(high[part], low[part]), half), FRACTION_BITS);
  }
  __m128i bytes =
    _mm_packus_epi16(_mm_packs_epi32(sums[0], sums[1]), _mm_packs_epi32(sums[2], sums[3]));
  _mm_storeu_si128((__m128i *)target, bytes);
}

#include "vertical.h"

const vit_resize_kernels vit_resize_sse4 = {
  .layout = {.taps = TAPS, .digits = 2, .digit_bits = DIGIT_BITS, .digit_bytes = 2},
  .horizontal = horizontal,
  .vertical = vertical,
};

#pragma clang attribute pop
#endif
