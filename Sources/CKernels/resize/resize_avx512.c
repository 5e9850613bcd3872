#include "resize_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

// VNNI multiplies 4 unsigned bytes by 4 signed bytes into an exact 32-bit sum, and a weight has 24
// bits: it is split into three signed digits, `d2 * 2^16 + d1 * 2^8 + d0`, each digit is summed by
// itself, and the sums are joined at the end.
//
// Packed: for each block of 16 taps, 16 digits d0, 16 digits d1, 16 digits d2 (48 bytes).

#define TARGET_NAMES "avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi"
#define AVX512 __attribute__((target(TARGET_NAMES)))
#define AVX512_INLINE static inline __attribute__((always_inline, target(TARGET_NAMES)))

enum { taps = 16, digits = 3, block_bytes = taps * digits };

static size_t blocks_of(const vit_resize_windows *windows) {
  return ((size_t)windows->stride + taps - 1) / taps;
}

static size_t packed_size(const vit_resize_windows *windows) {
  return (size_t)windows->count * blocks_of(windows) * block_bytes;
}

static int pack(const vit_resize_windows *windows, void *packed) {
  size_t blocks = blocks_of(windows);
  memset(packed, 0, packed_size(windows));
  for (size_t output = 0; output < (size_t)windows->count; output++) {
    int8_t *bytes = (int8_t *)packed + output * blocks * block_bytes;
    const int32_t *weights = windows->weights + output * (size_t)windows->stride;
    for (int32_t tap = 0; tap < windows->length[output]; tap++) {
      int32_t rest = weights[tap];
      if (rest >= 127 << 16 || rest <= -(127 << 16)) {
        return 0;
      }
      int8_t *block = bytes + (tap / taps) * block_bytes + tap % taps;
      for (int digit = 0; digit < digits; digit++) {
        int8_t low = (int8_t)(uint8_t)(rest & 0xff);
        block[digit * taps] = low;
        rest = (rest - low) >> 8;
      }
    }
  }
  return 1;
}

AVX512_INLINE __m512i joined(const __m512i sums[digits]) {
  return _mm512_add_epi32(
      sums[0], _mm512_add_epi32(_mm512_slli_epi32(sums[1], 8), _mm512_slli_epi32(sums[2], 16)));
}

// One output pixel of `row_count` rows, at most 8. Each 128-bit lane holds four pixels as
// `rrrr gggg bbbb ----`, so that one instruction serves 16 taps of the three channels.
AVX512_INLINE void pixel(
  const int8_t *packed, size_t blocks, const uint8_t *source, size_t source_stride,
  const int row_count, uint8_t *target, size_t target_stride) {
  const __m512i by_channel = _mm512_set_epi8(
      0, 0, 0, 0, 47, 44, 41, 38, 46, 43, 40, 37, 45, 42, 39, 36, 0, 0, 0, 0, 35, 32, 29, 26, 34,
      31, 28, 25, 33, 30, 27, 24, 0, 0, 0, 0, 23, 20, 17, 14, 22, 19, 16, 13, 21, 18, 15, 12, 0,
      0, 0, 0, 11, 8, 5, 2, 10, 7, 4, 1, 9, 6, 3, 0);
  const __m512i group_of_lane = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
  __m512i sums[8][digits];
  for (int row = 0; row < row_count; row++) {
    for (int digit = 0; digit < digits; digit++) {
      sums[row][digit] = _mm512_setzero_si512();
    }
  }
  for (size_t block = 0; block < blocks; block++) {
    __m512i weights[digits];
    for (int digit = 0; digit < digits; digit++) {
      weights[digit] = _mm512_permutexvar_epi32(
          group_of_lane, _mm512_castsi128_si512(_mm_loadu_si128(
                           (const __m128i *)(packed + block * block_bytes + digit * taps))));
    }
    for (int row = 0; row < row_count; row++) {
      __m512i samples = _mm512_permutexvar_epi8(
          by_channel,
          _mm512_loadu_si512(source + (size_t)row * source_stride + block * (taps * 3)));
      for (int digit = 0; digit < digits; digit++) {
        sums[row][digit] = _mm512_dpbusd_epi32(sums[row][digit], samples, weights[digit]);
      }
    }
  }
  const __m128i half = _mm_set1_epi32(1 << (resize_fraction_bits - 1));
  for (int row = 0; row < row_count; row++) {
    __m512i lanes = joined(sums[row]);
    __m256i two =
        _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, half), resize_fraction_bits);
    sum = _mm_packs_epi32(sum, sum);
    sum = _mm_packus_epi16(sum, sum);
    uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(sum);
    memcpy(target + (size_t)row * target_stride, &bytes, 3);
  }
}

AVX512 static void horizontal(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t rows, uint8_t *target, size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_bytes;
  for (size_t row = 0; row < rows;) {
    const size_t step = rows - row >= 8 ? 8 : 1;
    const uint8_t *source_row = source + row * source_stride;
    uint8_t *target_row = target + row * target_stride;
    for (size_t output = 0; output < (size_t)windows->count; output++) {
      const int8_t *weights = (const int8_t *)packed + output * stride;
      const size_t blocks = ((size_t)windows->length[output] + taps - 1) / taps;
      const uint8_t *first = source_row + (size_t)windows->start[output] * 3;
      if (step == 8) {
        pixel(weights, blocks, first, source_stride, 8, target_row + output * 3, target_stride);
      } else {
        pixel(weights, blocks, first, source_stride, 1, target_row + output * 3, target_stride);
      }
    }
    row += step;
  }
}

// 64 columns, or those that `mask` names: four source rows are interleaved into groups of four
// bytes. The interleaving stays inside 128-bit lanes, and so does the packing that undoes it.
AVX512_INLINE void columns(
  const int8_t *packed, int32_t length, const uint8_t *source, size_t source_stride,
  __mmask64 mask, uint8_t *target) {
  __m512i sums[4][digits];
  for (int part = 0; part < 4; part++) {
    for (int digit = 0; digit < digits; digit++) {
      sums[part][digit] = _mm512_setzero_si512();
    }
  }
  for (int32_t tap = 0; tap < length; tap += 4) {
    __m512i rows[4];
    for (int32_t i = 0; i < 4; i++) {
      // Rows behind the last have weight 0; any readable row serves.
      const int32_t row = tap + i < length ? tap + i : length - 1;
      rows[i] = _mm512_maskz_loadu_epi8(mask, source + (size_t)row * source_stride);
    }
    const __m512i first01 = _mm512_unpacklo_epi8(rows[0], rows[1]);
    const __m512i last01 = _mm512_unpackhi_epi8(rows[0], rows[1]);
    const __m512i first23 = _mm512_unpacklo_epi8(rows[2], rows[3]);
    const __m512i last23 = _mm512_unpackhi_epi8(rows[2], rows[3]);
    const __m512i samples[4] = {
        _mm512_unpacklo_epi16(first01, first23), _mm512_unpackhi_epi16(first01, first23),
        _mm512_unpacklo_epi16(last01, last23), _mm512_unpackhi_epi16(last01, last23)};
    const int8_t *block = packed + (tap / taps) * block_bytes + tap % taps;
    for (int digit = 0; digit < digits; digit++) {
      int32_t group;
      memcpy(&group, block + digit * taps, sizeof group);
      const __m512i weights = _mm512_set1_epi32(group);
      for (int part = 0; part < 4; part++) {
        sums[part][digit] = _mm512_dpbusd_epi32(sums[part][digit], samples[part], weights);
      }
    }
  }
  const __m512i half = _mm512_set1_epi32(1 << (resize_fraction_bits - 1));
  __m512i results[4];
  for (int part = 0; part < 4; part++) {
    results[part] =
        _mm512_srai_epi32(_mm512_add_epi32(joined(sums[part]), half), resize_fraction_bits);
  }
  _mm512_mask_storeu_epi8(target, mask,
                          _mm512_packus_epi16(_mm512_packs_epi32(results[0], results[1]),
                                              _mm512_packs_epi32(results[2], results[3])));
}

AVX512 static void vertical(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t row_bytes, size_t first_row, size_t rows, uint8_t *target,
  size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_bytes;
  for (size_t row = first_row; row < first_row + rows; row++, target += target_stride) {
    const int8_t *weights = (const int8_t *)packed + row * stride;
    const uint8_t *first = source + (size_t)windows->start[row] * source_stride;
    for (size_t column = 0; column < row_bytes; column += 64) {
      const size_t rest = row_bytes - column;
      const __mmask64 mask = rest >= 64 ? ~0ull : (1ull << rest) - 1;
      columns(weights, windows->length[row], first + column, source_stride, mask, target + column);
    }
  }
}

const vit_resize_kernels vit_resize_kernels_avx512 = {
  "avx512", packed_size, pack, horizontal, vertical,
};

#endif
