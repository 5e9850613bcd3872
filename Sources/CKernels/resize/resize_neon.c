#include "resize_kernels.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <string.h>

// As the AVX2 set: a weight of 24 bits is split into `high * 2^12 + low`, each half is multiplied
// in 16 bits and summed by itself in 32, and the sums are joined at the end.
//
// Packed: for each block of 8 taps, 8 high halves, then 8 low halves (32 bytes).

enum { taps = 8, split_bits = 12, block_halves = 2 * taps };

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

static inline int16x8_t widened(uint8x8_t bytes) {
  return vreinterpretq_s16_u16(vmovl_u8(bytes));
}

static inline int32x4_t dot(int32x4_t sum, int16x8_t samples, int16x8_t weights) {
  sum = vmlal_s16(sum, vget_low_s16(samples), vget_low_s16(weights));
  return vmlal_high_s16(sum, samples, weights);
}

static inline uint8_t joined(int32x4_t high, int32x4_t low) {
  return resize_clamped((uint32_t)vaddvq_s32(vaddq_s32(vshlq_n_s32(high, split_bits), low)));
}

static void horizontal(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t rows, uint8_t *target, size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_halves;
  for (size_t row = 0; row < rows; row++) {
    for (size_t output = 0; output < (size_t)windows->count; output++) {
      const int16_t *weights = (const int16_t *)packed + output * stride;
      const size_t blocks = ((size_t)windows->length[output] + taps - 1) / taps;
      const uint8_t *first = source + row * source_stride + (size_t)windows->start[output] * 3;
      int32x4_t high[3], low[3];
      for (int channel = 0; channel < 3; channel++) {
        high[channel] = low[channel] = vdupq_n_s32(0);
      }
      for (size_t block = 0; block < blocks; block++) {
        const int16x8_t weight_high = vld1q_s16(weights + block * block_halves);
        const int16x8_t weight_low = vld1q_s16(weights + block * block_halves + taps);
        const uint8x8x3_t pixels = vld3_u8(first + block * (taps * 3));
        for (int channel = 0; channel < 3; channel++) {
          const int16x8_t samples = widened(pixels.val[channel]);
          high[channel] = dot(high[channel], samples, weight_high);
          low[channel] = dot(low[channel], samples, weight_low);
        }
      }
      uint8_t *result = target + row * target_stride + output * 3;
      for (int channel = 0; channel < 3; channel++) {
        result[channel] = joined(high[channel], low[channel]);
      }
    }
  }
}

// 8 columns, a source row at a time.
static inline void columns(
  const int16_t *packed, int32_t length, const uint8_t *source, size_t source_stride,
  uint8_t *target) {
  int32x4_t high[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  int32x4_t low[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  for (int32_t tap = 0; tap < length; tap++) {
    const int16_t *weights = packed + (tap / taps) * block_halves + tap % taps;
    const int16x8_t samples = widened(vld1_u8(source + (size_t)tap * source_stride));
    high[0] = vmlal_n_s16(high[0], vget_low_s16(samples), weights[0]);
    high[1] = vmlal_high_n_s16(high[1], samples, weights[0]);
    low[0] = vmlal_n_s16(low[0], vget_low_s16(samples), weights[taps]);
    low[1] = vmlal_high_n_s16(low[1], samples, weights[taps]);
  }
  const int32x4_t half = vdupq_n_s32(1 << (resize_fraction_bits - 1));
  int32x4_t sums[2];
  for (int part = 0; part < 2; part++) {
    const int32x4_t sum = vaddq_s32(vshlq_n_s32(high[part], split_bits), low[part]);
    sums[part] = vshrq_n_s32(vaddq_s32(sum, half), resize_fraction_bits);
  }
  vst1_u8(target, vqmovun_s16(vcombine_s16(vqmovn_s32(sums[0]), vqmovn_s32(sums[1]))));
}

static void vertical(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t row_bytes, size_t first_row, size_t rows, uint8_t *target,
  size_t target_stride) {
  const size_t stride = blocks_of(windows) * block_halves;
  for (size_t row = first_row; row < first_row + rows; row++, target += target_stride) {
    const int16_t *weights = (const int16_t *)packed + row * stride;
    const uint8_t *first = source + (size_t)windows->start[row] * source_stride;
    size_t column = 0;
    for (; column + 8 <= row_bytes; column += 8) {
      columns(weights, windows->length[row], first + column, source_stride, target + column);
    }
    resize_vertical_rest(windows, row, source, source_stride, column, row_bytes, target);
  }
}

const vit_resize_kernels vit_resize_kernels_neon = {
  "neon", packed_size, pack, horizontal, vertical,
};

#endif
