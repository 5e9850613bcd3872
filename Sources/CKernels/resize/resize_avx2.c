// A resize pass with AVX2.
//
// The instruction at hand multiplies pairs of 16-bit numbers into exact 32-bit sums, and a weight
// has 24 bits: it is split into high · 2¹² + low, each digit is summed by itself, and the sums are
// joined at the end.
#if defined(__x86_64__)
#include "../vector/avx2.h"

#include <string.h>

#include "../dispatch/sets.h"
#include "../vector/vector.h"
#include "fixed_point.h"
#include "store_pixel.h"

// A block has the low digits of 4 taps, then the high ones: 16 bytes.
enum { TAPS = 4, DIGIT_BITS = 12, BLOCK = 2 * TAPS, PIXEL_ROWS = 4, COLUMNS = 32 };
typedef int16_t weight_digit;

INLINE __m256i joined(__m256i high, __m256i low) {
  return _mm256_add_epi32(_mm256_slli_epi32(high, DIGIT_BITS), low);
}

// One output pixel of `rows` rows. Each 128-bit lane holds two pixels as `r0 r1 g0 g1 b0 b1 - -` in
// 16 bits, so that one multiply-add serves the three channels. 4 rows keep 8 sums in flight, for a
// latency of 5 cycles at up to two a cycle, and leave registers for the weights and samples.
INLINE void pixel(
  const int16_t *weights, size_t blocks, const uint8_t *source, size_t source_stride,
  const size_t rows, uint8_t *target, size_t target_stride) {
  const __m256i spread = _mm256_setr_epi8(
    0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
    6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m256i pair_of_lane = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  __m256i high[4], low[4];
  for (size_t r = 0; r < rows; r++) high[r] = low[r] = _mm256_setzero_si256();
  for (size_t b = 0; b < blocks; b++) {
    __m128i both = _mm_loadu_si128((const __m128i *)(weights + b * BLOCK));
    __m256i weight_low = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(both), pair_of_lane);
    __m256i weight_high = _mm256_permutevar8x32_epi32(
      _mm256_castsi128_si256(_mm_unpackhi_epi64(both, both)), pair_of_lane);
    for (size_t r = 0; r < rows; r++) {
      const uint8_t *from = source + r * source_stride + b * (TAPS * 3);
      __m128i bytes = _mm_loadu_si128((const __m128i *)from);
      __m256i samples = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), spread);
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(samples, weight_high));
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(samples, weight_low));
    }
  }
  for (size_t r = 0; r < rows; r++) {
    __m256i lanes = joined(high[r], low[r]);
    store_pixel(
      _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1)),
      target + r * target_stride);
  }
}

#include "horizontal.h"

// 32 columns: two source rows are interleaved into 16-bit pairs and multiplied by a pair of
// weights. The interleaving stays inside 128-bit lanes, and so does the packing that undoes it.
INLINE void columns(
  const int16_t *weights, size_t length, const uint8_t *source, size_t source_stride,
  uint8_t *target) {
  __m256i high[4], low[4];
  for (int part = 0; part < 4; part++) high[part] = low[part] = _mm256_setzero_si256();
  const __m256i zero = _mm256_setzero_si256();
  for (size_t tap = 0; tap < length; tap += 2) {
    const int16_t *pair = weights + tap / TAPS * BLOCK + tap % TAPS;
    int32_t pair_high, pair_low;
    memcpy(&pair_low, pair, sizeof pair_low);
    memcpy(&pair_high, pair + TAPS, sizeof pair_high);
    const __m256i weight_high = _mm256_set1_epi32(pair_high);
    const __m256i weight_low = _mm256_set1_epi32(pair_low);
    // The partner of an odd last row has weight 0; any readable row serves.
    const uint8_t *first_row = source + tap * source_stride;
    const uint8_t *second_row = tap + 1 < length ? first_row + source_stride : first_row;
    __m256i a = _mm256_loadu_si256((const __m256i *)first_row);
    __m256i b = _mm256_loadu_si256((const __m256i *)second_row);
    __m256i first = _mm256_unpacklo_epi8(a, b), last = _mm256_unpackhi_epi8(a, b);
    __m256i samples[4] = {
      _mm256_unpacklo_epi8(first, zero), _mm256_unpackhi_epi8(first, zero),
      _mm256_unpacklo_epi8(last, zero), _mm256_unpackhi_epi8(last, zero)};
    for (int part = 0; part < 4; part++) {
      high[part] = _mm256_add_epi32(high[part], _mm256_madd_epi16(samples[part], weight_high));
      low[part] = _mm256_add_epi32(low[part], _mm256_madd_epi16(samples[part], weight_low));
    }
  }
  const __m256i half = _mm256_set1_epi32(1 << (FRACTION_BITS - 1));
  __m256i sums[4];
  for (int part = 0; part < 4; part++) {
    __m256i sum = _mm256_add_epi32(joined(high[part], low[part]), half);
    sums[part] = _mm256_srai_epi32(sum, FRACTION_BITS);
  }
  __m256i bytes = _mm256_packus_epi16(
    _mm256_packs_epi32(sums[0], sums[1]), _mm256_packs_epi32(sums[2], sums[3]));
  _mm256_storeu_si256((__m256i *)target, bytes);
}

#include "vertical.h"

const vit_resize_kernels vit_resize_avx2 = {
  .layout = {.taps = TAPS, .digits = 2, .digit_bits = DIGIT_BITS, .digit_bytes = 2},
  .horizontal = horizontal,
  .vertical = vertical,
};

#pragma clang attribute pop
#endif
