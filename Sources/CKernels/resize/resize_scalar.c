#include "resize_kernels.h"

// The specification: what every other kernel set must equal to the bit.

// The weights serve as they are; one byte, so that there is something to allocate.
static size_t packedSize(const ResizeWindows *windows) {
  (void)windows;
  return 1;
}

static int pack(const ResizeWindows *windows, void *packed) {
  (void)windows;
  *(uint8_t *)packed = 0;
  return 1;
}

static void horizontal(const ResizeWindows *windows, const void *packed, const uint8_t *source,
                       size_t sourceStride, size_t rows, uint8_t *target, size_t targetStride) {
  (void)packed;
  for (size_t row = 0; row < rows; row++) {
    for (size_t output = 0; output < (size_t)windows->count; output++) {
      const int32_t *weights = windows->weights + output * (size_t)windows->stride;
      const uint8_t *pixel =
          source + row * sourceStride + (size_t)windows->start[output] * 3;
      uint32_t red = 0, green = 0, blue = 0;
      for (int32_t tap = 0; tap < windows->length[output]; tap++, pixel += 3) {
        red += (uint32_t)pixel[0] * (uint32_t)weights[tap];
        green += (uint32_t)pixel[1] * (uint32_t)weights[tap];
        blue += (uint32_t)pixel[2] * (uint32_t)weights[tap];
      }
      uint8_t *result = target + row * targetStride + output * 3;
      result[0] = resizeClamped(red);
      result[1] = resizeClamped(green);
      result[2] = resizeClamped(blue);
    }
  }
}

static void vertical(const ResizeWindows *windows, const void *packed, const uint8_t *source,
                     size_t sourceStride, size_t rowBytes, size_t firstRow, size_t rows,
                     uint8_t *target, size_t targetStride) {
  (void)packed;
  for (size_t row = 0; row < rows; row++) {
    resizeVerticalRest(windows, firstRow + row, source, sourceStride, 0, rowBytes,
                       target + row * targetStride);
  }
}

const ResizeKernels resizeKernelsScalar = {"scalar", packedSize, pack, horizontal, vertical};
