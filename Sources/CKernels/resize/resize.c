#include "resize_kernels.h"

#include <string.h>

const ResizeKernels *resizeKernelsNamed(const char *name) {
  if (strcmp(name, "scalar") == 0) {
    return &resizeKernelsScalar;
  }
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) {
    return &resizeKernelsAVX2;
  }
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi")) {
    return &resizeKernelsAVX512;
  }
#endif
#if defined(__aarch64__)
  if (strcmp(name, "neon") == 0) {
    return &resizeKernelsNEON;
  }
#endif
  return NULL;
}

const ResizeKernels *resizeKernelsBest(void) {
  static const char *const names[] = {"avx512", "avx2", "neon"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const ResizeKernels *kernels = resizeKernelsNamed(names[i]);
    if (kernels != NULL) {
      return kernels;
    }
  }
  return &resizeKernelsScalar;
}

const char *resizeKernelsName(const ResizeKernels *kernels) { return kernels->name; }

size_t resizePackedSize(const ResizeKernels *kernels, const ResizeWindows *windows) {
  return kernels->packedSize(windows);
}

int resizePack(const ResizeKernels *kernels, const ResizeWindows *windows, void *packed) {
  return kernels->pack(windows, packed);
}

void resizeHorizontal(const ResizeKernels *kernels, const ResizeWindows *windows,
                      const void *packed, const uint8_t *source, size_t sourceStride, size_t rows,
                      uint8_t *target, size_t targetStride) {
  kernels->horizontal(windows, packed, source, sourceStride, rows, target, targetStride);
}

void resizeVertical(const ResizeKernels *kernels, const ResizeWindows *windows, const void *packed,
                    const uint8_t *source, size_t sourceStride, size_t rowBytes, size_t firstRow,
                    size_t rows, uint8_t *target, size_t targetStride) {
  kernels->vertical(windows, packed, source, sourceStride, rowBytes, firstRow, rows, target,
                    targetStride);
}
