// A resize pass with NEON.
//
// As with AVX2 a weight of 24 bits is split into high · 2¹² + low, each digit is multiplied in 16
// bits and summed by itself in 32, and the sums are joined at the end.
#if defined(__aarch64__)
#include "../vector/neon.h"

#include "../dispatch/sets.h"
#include "../vector/vector.h"
#include "fixed_point.h"

// A block has the low digits of 8 taps, then the high ones: 32 bytes.
enum { TAPS = 8, DIGIT_BITS = 12, BLOCK = 2 * TAPS, COLUMNS = 8 };
typedef int16_t weight_digit;

INLINE int16x8_t widened(uint8x8_t bytes) { return vreinterpretq_s16_u16(vmovl_u8(bytes)); }

INLINE int32x4_t dot(int32x4_t sum, int16x8_t samples, int16x8_t weights) {
  sum = vmlal_s16(sum, vget_low_s16(samples), vget_low_s16(weights));
  return vmlal_high_s16(sum, samples, weights);
}

INLINE int32x4_t joined(int32x4_t high, int32x4_t low) {
  return vaddq_s32(vshlq_n_s32(high, DIGIT_BITS), low);
}

// One output pixel: 6 sums in flight.
INLINE void pixel(
  const int16_t *weights, size_t blocks, const uint8_t *source, uint8_t *target) {
  int32x4_t high[3], low[3];
  for (int channel = 0; channel < 3; channel++) high[channel] = low[channel] = vdupq_n_s32(0);
  for (size_t b = 0; b < blocks; b++) {
    const int16x8_t weight_low = vld1q_s16(weights + b * BLOCK);
    const int16x8_t weight_high = vld1q_s16(weights + b * BLOCK + TAPS);
    const uint8x8x3_t pixels = vld3_u8(source + b * (TAPS * 3));
    for (int channel = 0; channel < 3; channel++) {
      const int16x8_t samples = widened(pixels.val[channel]);
      high[channel] = dot(high[channel], samples, weight_high);
      low[channel] = dot(low[channel], samples, weight_low);
    }
  }
  for (int channel = 0; channel < 3; channel++) {
    target[channel] = rounded((uint32_t)vaddvq_s32(joined(high[channel], low[channel])));
  }
}

static void horizontal(const vit_resize_pass *pass, size_t first, size_t end) {
  const vit_resize_windows *windows = pass->windows;
  size_t stride = blocks_of(windows->stride, TAPS) * BLOCK;
  for (size_t row = first; row < end; row++) {
    const uint8_t *source = pass->source + row * pass->source_stride;
    uint8_t *target = pass->target + row * pass->target_stride;
    for (size_t i = 0; i < (size_t)windows->count; i++) {
      pixel(
        (const int16_t *)pass->packed + i * stride, blocks_of(windows->length[i], TAPS),
        source + (size_t)windows->start[i] * 3, target + i * 3);
    }
  }
}

// 8 columns, a source row at a time.
INLINE void columns(
  const int16_t *weights, size_t length, const uint8_t *source, size_t source_stride,
  uint8_t *target) {
  int32x4_t high[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  int32x4_t low[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  for (size_t tap = 0; tap < length; tap++) {
    const int16_t *digits = weights + tap / TAPS * BLOCK + tap % TAPS;
    const int16x8_t samples = widened(vld1_u8(source + tap * source_stride));
    low[0] = vmlal_n_s16(low[0], vget_low_s16(samples), digits[0]);
    low[1] = vmlal_high_n_s16(low[1], samples, digits[0]);
    high[0] = vmlal_n_s16(high[0], vget_low_s16(samples), digits[TAPS]);
    high[1] = vmlal_high_n_s16(high[1], samples, digits[TAPS]);
  }
  const int32x4_t half = vdupq_n_s32(1 << (FRACTION_BITS - 1));
  int32x4_t sums[2];
  for (int part = 0; part < 2; part++) {
    sums[part] = vshrq_n_s32(vaddq_s32(joined(high[part], low[part]), half), FRACTION_BITS);
  }
  vst1_u8(target, vqmovun_s16(vcombine_s16(vqmovn_s32(sums[0]), vqmovn_s32(sums[1]))));
}

#include "vertical.h"

const vit_resize_kernels vit_resize_neon = {
  .layout = {.taps = TAPS, .digits = 2, .digit_bits = DIGIT_BITS, .digit_bytes = 2},
  .horizontal = horizontal,
  .vertical = vertical,
};

#endif
