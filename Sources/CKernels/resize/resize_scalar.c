#include "resize_kernels.h"

// The specification: what every other kernel set must equal to the bit.

// The weights serve as they are; one byte, so that there is something to allocate.
static size_t packed_size(const vit_resize_windows *windows) {
  (void)windows;
  return 1;
}

static int pack(const vit_resize_windows *windows, void *packed) {
  (void)windows;
  *(uint8_t *)packed = 0;
  return 1;
}

static void horizontal(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t rows, uint8_t *target, size_t target_stride) {
  (void)packed;
  for (size_t row = 0; row < rows; row++) {
    for (size_t output = 0; output < (size_t)windows->count; output++) {
      const int32_t *weights = windows->weights + output * (size_t)windows->stride;
      const uint8_t *pixel =
          source + row * source_stride + (size_t)windows->start[output] * 3;
      uint32_t red = 0, green = 0, blue = 0;
      for (int32_t tap = 0; tap < windows->length[output]; tap++, pixel += 3) {
        red += (uint32_t)pixel[0] * (uint32_t)weights[tap];
        green += (uint32_t)pixel[1] * (uint32_t)weights[tap];
        blue += (uint32_t)pixel[2] * (uint32_t)weights[tap];
      }
      uint8_t *result = target + row * target_stride + output * 3;
      result[0] = resize_clamped(red);
      result[1] = resize_clamped(green);
      result[2] = resize_clamped(blue);
    }
  }
}

static void vertical(
  const vit_resize_windows *windows, const void *packed, const uint8_t *source,
  size_t source_stride, size_t row_bytes, size_t first_row, size_t rows, uint8_t *target,
  size_t target_stride) {
  (void)packed;
  for (size_t row = 0; row < rows; row++) {
    resize_vertical_rest(
        windows, first_row + row, source, source_stride, 0, row_bytes,
        target + row * target_stride);
  }
}

const vit_resize_kernels vit_resize_kernels_scalar = {
  "scalar", packed_size, pack, horizontal, vertical,
};
