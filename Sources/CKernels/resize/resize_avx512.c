// A resize pass with AVX-512: F, BW, VL, VNNI and VBMI.
//
// VNNI multiplies 4 unsigned bytes by 4 signed bytes into an exact 32-bit sum, and a weight has 24
// bits: it is split into three signed digits, d₂ · 2¹⁶ + d₁ · 2⁸ + d₀, each digit is summed by
// itself, and the sums are joined at the end.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma"))), \
  apply_to = function)
#define VIT_WIDTH 16

#include <string.h>

#include "../dispatch/sets.h"
#include "../vector/vector.h"
#include "fixed_point.h"
#include "store_pixel.h"

// A block has the digits d₀ of 16 taps, then d₁, then d₂: 48 bytes.
enum { TAPS = 16, DIGITS = 3, BLOCK = TAPS * DIGITS, PIXEL_ROWS = 8 };
typedef int8_t weight_digit;

INLINE __m512i joined(const __m512i sums[DIGITS]) {
  return _mm512_add_epi32(
    sums[0], _mm512_add_epi32(_mm512_slli_epi32(sums[1], 8), _mm512_slli_epi32(sums[2], 16)));
}

// One output pixel of `rows` rows. Each 128-bit lane holds four pixels as `rrrr gggg bbbb ----`, so
// that one instruction serves 16 taps of the three channels. 8 rows make 24 sums, of 32 registers,
// for each load of the weights.
INLINE void pixel(
  const int8_t *weights, size_t blocks, const uint8_t *source, size_t source_stride,
  const size_t rows, uint8_t *target, size_t target_stride) {
  const __m512i by_channel = _mm512_set_epi8(
    0, 0, 0, 0, 47, 44, 41, 38, 46, 43, 40, 37, 45, 42, 39, 36,
    0, 0, 0, 0, 35, 32, 29, 26, 34, 31, 28, 25, 33, 30, 27, 24,
    0, 0, 0, 0, 23, 20, 17, 14, 22, 19, 16, 13, 21, 18, 15, 12,
    0, 0, 0, 0, 11, 8, 5, 2, 10, 7, 4, 1, 9, 6, 3, 0);
  const __m512i group_of_lane = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
  __m512i sums[8][DIGITS];
  for (size_t r = 0; r < rows; r++) {
    for (int digit = 0; digit < DIGITS; digit++) sums[r][digit] = _mm512_setzero_si512();
  }
  for (size_t b = 0; b < blocks; b++) {
    __m512i of_digit[DIGITS];
    for (int digit = 0; digit < DIGITS; digit++) {
      const int8_t *from = weights + b * BLOCK + digit * TAPS;
      of_digit[digit] = _mm512_permutexvar_epi32(
        group_of_lane, _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)from)));
    }
    for (size_t r = 0; r < rows; r++) {
      const uint8_t *from = source + r * source_stride + b * (TAPS * 3);
      __m512i samples = _mm512_permutexvar_epi8(by_channel, _mm512_loadu_si512(from));
      for (int digit = 0; digit < DIGITS; digit++) {
        sums[r][digit] = _mm512_dpbusd_epi32(sums[r][digit], samples, of_digit[digit]);
      }
    }
  }
  for (size_t r = 0; r < rows; r++) {
    __m512i lanes = joined(sums[r]);
    __m256i two =
      _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
    store_pixel(
      _mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1)),
      target + r * target_stride);
  }
}

#include "horizontal.h"

// 64 columns, or those that `mask` names: four source rows are interleaved into groups of four
// bytes. The interleaving stays inside 128-bit lanes, and so does the packing that undoes it.
INLINE void columns(
  const int8_t *weights, size_t length, const uint8_t *source, size_t source_stride,
  __mmask64 mask, uint8_t *target) {
  __m512i sums[4][DIGITS];
  for (int part = 0; part < 4; part++) {
    for (int digit = 0; digit < DIGITS; digit++) sums[part][digit] = _mm512_setzero_si512();
  }
  for (size_t tap = 0; tap < length; tap += 4) {
    __m512i rows[4];
    for (size_t i = 0; i < 4; i++) {
      // Rows behind the last have weight 0; any readable row serves.
      const size_t row = tap + i < length ? tap + i : length - 1;
      rows[i] = _mm512_maskz_loadu_epi8(mask, source + row * source_stride);
    }
    const __m512i first01 = _mm512_unpacklo_epi8(rows[0], rows[1]);
    const __m512i last01 = _mm512_unpackhi_epi8(rows[0], rows[1]);
    const __m512i first23 = _mm512_unpacklo_epi8(rows[2], rows[3]);
    const __m512i last23 = _mm512_unpackhi_epi8(rows[2], rows[3]);
    const __m512i samples[4] = {
      _mm512_unpacklo_epi16(first01, first23), _mm512_unpackhi_epi16(first01, first23),
      _mm512_unpacklo_epi16(last01, last23), _mm512_unpackhi_epi16(last01, last23)};
    const int8_t *block = weights + tap / TAPS * BLOCK + tap % TAPS;
    for (int digit = 0; digit < DIGITS; digit++) {
      int32_t group;
      memcpy(&group, block + digit * TAPS, sizeof group);
      const __m512i of_digit = _mm512_set1_epi32(group);
      for (int part = 0; part < 4; part++) {
        sums[part][digit] = _mm512_dpbusd_epi32(sums[part][digit], samples[part], of_digit);
      }
    }
  }
  const __m512i half = _mm512_set1_epi32(1 << (FRACTION_BITS - 1));
  __m512i results[4];
  for (int part = 0; part < 4; part++) {
    __m512i sum = _mm512_add_epi32(joined(sums[part]), half);
    results[part] = _mm512_srai_epi32(sum, FRACTION_BITS);
  }
  __m512i bytes = _mm512_packus_epi16(
    _mm512_packs_epi32(results[0], results[1]), _mm512_packs_epi32(results[2], results[3]));
  _mm512_mask_storeu_epi8(target, mask, bytes);
}

static void vertical(const vit_resize_pass *pass, size_t first, size_t end) {
  const vit_resize_windows *windows = pass->windows;
  size_t stride = blocks_of(windows->stride, TAPS) * BLOCK;
  for (size_t row = first; row < end; row++) {
    const int8_t *weights = (const int8_t *)pass->packed + row * stride;
    const uint8_t *source = pass->source + (size_t)windows->start[row] * pass->source_stride;
    uint8_t *target = pass->target + row * pass->target_stride;
    for (size_t column = 0; column < pass->row_bytes; column += 64) {
      const size_t rest = pass->row_bytes - column;
      const __mmask64 mask = rest >= 64 ? ~0ull : (1ull << rest) - 1;
      columns(
        weights, (size_t)windows->length[row], source + column, pass->source_stride, mask,
        target + column);
    }
  }
}

const vit_resize_kernels vit_resize_avx512 = {
  .layout = {.taps = TAPS, .digits = DIGITS, .digit_bits = 8, .digit_bytes = 1},
  .horizontal = horizontal,
  .vertical = vertical,
};

#pragma clang attribute pop
#endif
