#ifndef CKernels_resize_kernels_h
#define CKernels_resize_kernels_h

#include "resize.h"

// The functions of one instruction set; see resize.h for what each does.
struct ResizeKernels {
  const char *name;
  size_t (*packedSize)(const ResizeWindows *windows);
  int (*pack)(const ResizeWindows *windows, void *packed);
  void (*horizontal)(const ResizeWindows *windows, const void *packed, const uint8_t *source,
                     size_t sourceStride, size_t rows, uint8_t *target, size_t targetStride);
  void (*vertical)(const ResizeWindows *windows, const void *packed, const uint8_t *source,
                   size_t sourceStride, size_t rowBytes, size_t firstRow, size_t rows,
                   uint8_t *target, size_t targetStride);
};

extern const ResizeKernels resizeKernelsScalar;
#if defined(__x86_64__)
extern const ResizeKernels resizeKernelsAVX2;
extern const ResizeKernels resizeKernelsAVX512;
#endif
#if defined(__aarch64__)
extern const ResizeKernels resizeKernelsNEON;
#endif

enum { resizeFractionBits = 22 };

// The sum of one output, rounded and clamped.
static inline uint8_t resizeClamped(uint32_t sum) {
  int32_t value = (int32_t)(sum + (1u << (resizeFractionBits - 1))) >> resizeFractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

// Samples `from ..< rowBytes` of output row `row`, as the specification has it: what is left when
// a vector is too long.
static inline void resizeVerticalRest(const ResizeWindows *windows, size_t row,
                                      const uint8_t *source, size_t sourceStride, size_t from,
                                      size_t rowBytes, uint8_t *target) {
  const int32_t *weights = windows->weights + row * (size_t)windows->stride;
  const uint8_t *first = source + (size_t)windows->start[row] * sourceStride;
  for (size_t column = from; column < rowBytes; column++) {
    uint32_t sum = 0;
    for (int32_t tap = 0; tap < windows->length[row]; tap++) {
      sum += (uint32_t)first[(size_t)tap * sourceStride + column] * (uint32_t)weights[tap];
    }
    target[column] = resizeClamped(sum);
  }
}

#endif
