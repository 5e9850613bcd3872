#include "resize_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

// AVX2 multiplies pairs of 16-bit numbers into exact 32-bit sums, and a weight has 24 bits: it is
// split into `high * 2^12 + low`, each half is summed by itself, and the sums are joined at the
// end.
//
// Packed: for each block of 4 taps, 4 high halves, then 4 low halves (16 bytes).

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE static inline __attribute__((always_inline, target("avx2")))

enum { taps = 4, split_bits = 12, block_halves = 2 * taps };

static size_t blocks_of(const vit_resize_windows *windows) {
  return ((size_t)windows->stride + taps - 1) / taps;
}

static size_t packed_size(const vit_resize_windows *windows) {
  return (size_t)windows->count * blocks_of(windows) * block_halves * sizeof(int16_t);
}

static int pack(const vit_resize_windows *windows, void *packed) {
  size_t blocks = blocks_of(windows);
  memset(packed, 0, packed_size(windows));
  for (size_t output = 0; output < (size_t)windows->count; output++) {
    int16_t *halves = (int16_t *)packed + output * blocks * block_halves;
    const int32_t *weights = windows->weights + output * (size_t)windows->stride;
    for (int32_t tap = 0; tap < windows->length[output]; tap++) {
      int32_t weight = weights[tap];
      if (weight >= 1 << 26 || weight <= -(1 << 26)) {
        return 0;
      }
      int16_t *block = halves + (tap / taps) * block_halves + tap % taps;
      block[0] = (int16_t)(weight >> split_bits);
      block[taps] = (int16_t)(weight & ((1 << split_bits) - 1));
    }
  }
  return 1;
}

AVX2_INLINE __m256i joined(__m256i high, __m256i low) {
  return _mm256_add_epi32(_mm256_slli_epi32(high, split_bits), low);
}

// One output pixel of `row_count` rows. Each 128-bit lane holds two pixels as
// `r0 r1 g0 g1 b0 b1 - -` in 16 bits, so that one multiply-add serves the three channels.
AVX2_INLINE void pixel(
  const int16_t *packed, size_t blocks, const uint8_t *source, size_t source_stride,
  const int row_count, uint8_t *target, size_t target_stride) {
  const __m256i spread = _mm256_setr_epi8(
      0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, 6, -1, 9, -1, 7, -1, 10, -1, 8,
      -1, 11, -1, -1, -1, -1, -1);
  const __m256i pair_of_lane = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  __m256i high[4], low[4];
  for (int row = 0; row < row_count; row++) {
    high[row] = low[row] = _mm256_setzero_si256();
  }
  for (size_t block = 0; block < blocks; block++) {
    __m128i both = _mm_loadu_si128((const __m128i *)(packed + block * block_halves));
    __m256i weight_high = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(both), pair_of_lane);
    __m256i weight_low = _mm256_permutevar8x32_epi32(
        _mm256_castsi128_si256(_mm_unpackhi_epi64(both, both)), pair_of_lane);
    for (int row = 0; row < row_count; row++) {
      __m128i bytes = _mm_loadu_si128(
          (const __m128i *)(source + (size_t)row * source_stride + block * (taps * 3)));
      __m256i samples = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), spread);
      high[row] = _mm256_add_epi32(high[row], _mm256_madd_epi16(samples, weight_high));
      low[row] = _mm256_add_epi32(low[row], _mm256_madd_epi16(samples, weight_low));
    }
  }
  const __m128i half = _mm_set1_epi32(1 << (resize_fraction_bits - 1));
  for (int row = 0; row < row_count; row++) {
    __m256i lanes = joined(high[row], low[row]);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, half), resize_fraction_bits);
    sum = _mm_packs_epi32(sum, sum);
    sum = _mm_packus_epi16(sum, sum);
    uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(sum);
    memcpy(target + (size_t)row * target_stride, &bytes, 3);
  }
}

AVX2 static void horizontal(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t rows, uint8_t *target, size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_halves;
  for (size_t row = 0; row < rows;) {
    const size_t step = rows - row >= 4 ? 4 : 1;
    const uint8_t *source_row = source + row * source_stride;
    uint8_t *target_row = target + row * target_stride;
    for (size_t output = 0; output < (size_t)windows->count; output++) {
      const int16_t *weights = (const int16_t *)packed + output * stride;
      const size_t blocks = ((size_t)windows->length[output] + taps - 1) / taps;
      const uint8_t *first = source_row + (size_t)windows->start[output] * 3;
      if (step == 4) {
        pixel(weights, blocks, first, source_stride, 4, target_row + output * 3, target_stride);
      } else {
        pixel(weights, blocks, first, source_stride, 1, target_row + output * 3, target_stride);
      }
    }
    row += step;
  }
}

// 32 columns: two source rows are interleaved into 16-bit pairs and multiplied by a pair of
// weights. The interleaving stays inside 128-bit lanes, and so does the packing that undoes it.
AVX2_INLINE void columns(
  const int16_t *packed, int32_t length, const uint8_t *source, size_t source_stride,
  uint8_t *target) {
  __m256i high[4], low[4];
  for (int part = 0; part < 4; part++) {
    high[part] = low[part] = _mm256_setzero_si256();
  }
  const __m256i zero = _mm256_setzero_si256();
  for (int32_t tap = 0; tap < length; tap += 2) {
    const int16_t *weights = packed + (tap / taps) * block_halves + tap % taps;
    int32_t pair_high, pair_low;
    memcpy(&pair_high, weights, sizeof pair_high);
    memcpy(&pair_low, weights + taps, sizeof pair_low);
    const __m256i weight_high = _mm256_set1_epi32(pair_high);
    const __m256i weight_low = _mm256_set1_epi32(pair_low);
    // The partner of an odd last row has weight 0; any readable row serves.
    const int32_t second = tap + 1 < length ? tap + 1 : tap;
    __m256i a = _mm256_loadu_si256((const __m256i *)(source + (size_t)tap * source_stride));
    __m256i b = _mm256_loadu_si256((const __m256i *)(source + (size_t)second * source_stride));
    __m256i first = _mm256_unpacklo_epi8(a, b), last = _mm256_unpackhi_epi8(a, b);
    __m256i samples[4] = {
        _mm256_unpacklo_epi8(first, zero), _mm256_unpackhi_epi8(first, zero),
        _mm256_unpacklo_epi8(last, zero), _mm256_unpackhi_epi8(last, zero)};
    for (int part = 0; part < 4; part++) {
      high[part] = _mm256_add_epi32(high[part], _mm256_madd_epi16(samples[part], weight_high));
      low[part] = _mm256_add_epi32(low[part], _mm256_madd_epi16(samples[part], weight_low));
    }
  }
  const __m256i half = _mm256_set1_epi32(1 << (resize_fraction_bits - 1));
  __m256i sums[4];
  for (int part = 0; part < 4; part++) {
    sums[part] = _mm256_srai_epi32(
        _mm256_add_epi32(joined(high[part], low[part]), half), resize_fraction_bits);
  }
  _mm256_storeu_si256(
      (__m256i *)target, _mm256_packus_epi16(_mm256_packs_epi32(sums[0], sums[1]),
                                             _mm256_packs_epi32(sums[2], sums[3])));
}

AVX2 static void vertical(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t row_bytes, size_t first_row, size_t rows, uint8_t *target,
  size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_halves;
  for (size_t row = first_row; row < first_row + rows; row++, target += target_stride) {
    const int16_t *weights = (const int16_t *)packed + row * stride;
    const uint8_t *first = source + (size_t)windows->start[row] * source_stride;
    size_t column = 0;
    for (; column + 32 <= row_bytes; column += 32) {
      columns(weights, windows->length[row], first + column, source_stride, target + column);
    }
    resize_vertical_rest(windows, row, source, source_stride, column, row_bytes, target);
  }
}

const vit_resize_kernels vit_resize_kernels_avx2 = {
  "avx2", packed_size, pack, horizontal, vertical,
};

#endif
