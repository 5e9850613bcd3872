#ifndef VIT_RESIZE_KERNELS_H
#define VIT_RESIZE_KERNELS_H

#include "resize.h"

// The functions of one instruction set; see resize.h for what each does.
struct vit_resize_kernels {
  const char *name;
  size_t (*packed_size)(const vit_resize_windows *windows);
  int (*pack)(const vit_resize_windows *windows, void *packed);
  void (*horizontal)(
    const vit_resize_windows *windows, const void *packed, const uint8_t *source,
    size_t source_stride, size_t rows, uint8_t *target, size_t target_stride);
  void (*vertical)(
    const vit_resize_windows *windows, const void *packed, const uint8_t *source,
    size_t source_stride, size_t row_bytes, size_t first_row, size_t rows, uint8_t *target,
    size_t target_stride);
};

extern const vit_resize_kernels vit_resize_kernels_scalar;
#if defined(__x86_64__)
extern const vit_resize_kernels vit_resize_kernels_avx2;
extern const vit_resize_kernels vit_resize_kernels_avx512;
#endif
#if defined(__aarch64__)
extern const vit_resize_kernels vit_resize_kernels_neon;
#endif

enum { resize_fraction_bits = 22 };

// The sum of one output, rounded and clamped.
static inline uint8_t resize_clamped(uint32_t sum) {
  int32_t value = (int32_t)(sum + (1u << (resize_fraction_bits - 1))) >> resize_fraction_bits;
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

// Samples `from ..< row_bytes` of output row `row`, as the specification has it: what is left when
// a vector is too long.
static inline void resize_vertical_rest(
  const vit_resize_windows *windows, size_t row, const uint8_t *source, size_t source_stride,
  size_t from, size_t row_bytes, uint8_t *target) {
  const int32_t *weights = windows->weights + row * (size_t)windows->stride;
  const uint8_t *first = source + (size_t)windows->start[row] * source_stride;
  for (size_t column = from; column < row_bytes; column++) {
    uint32_t sum = 0;
    for (int32_t tap = 0; tap < windows->length[row]; tap++) {
      sum += (uint32_t)first[(size_t)tap * source_stride + column] * (uint32_t)weights[tap];
    }
    target[column] = resize_clamped(sum);
  }
}

#endif
