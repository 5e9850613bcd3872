#include "resize_kernels.h"

#include <string.h>

const vit_resize_kernels *vit_resize_kernels_named(const char *name) {
  if (strcmp(name, "scalar") == 0) {
    return &vit_resize_kernels_scalar;
  }
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) {
    return &vit_resize_kernels_avx2;
  }
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi")) {
    return &vit_resize_kernels_avx512;
  }
#endif
#if defined(__aarch64__)
  if (strcmp(name, "neon") == 0) {
    return &vit_resize_kernels_neon;
  }
#endif
  return NULL;
}

const vit_resize_kernels *vit_resize_kernels_best(void) {
  static const char *const names[] = {"avx512", "avx2", "neon"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const vit_resize_kernels *kernels = vit_resize_kernels_named(names[i]);
    if (kernels != NULL) {
      return kernels;
    }
  }
  return &vit_resize_kernels_scalar;
}

const char *vit_resize_kernels_name(const vit_resize_kernels *kernels) { return kernels->name; }

size_t vit_resize_packed_size(
  const vit_resize_kernels *kernels, const vit_resize_windows *windows) {
  return kernels->packed_size(windows);
}

int vit_resize_pack(
  const vit_resize_kernels *kernels, const vit_resize_windows *windows, void *packed) {
  return kernels->pack(windows, packed);
}

void vit_resize_horizontal(
  const vit_resize_kernels *kernels, const vit_resize_windows *windows, const void *packed,
  const uint8_t *source, size_t source_stride, size_t rows, uint8_t *target, size_t target_stride) {
  kernels->horizontal(windows, packed, source, source_stride, rows, target, target_stride);
}

void vit_resize_vertical(
  const vit_resize_kernels *kernels, const vit_resize_windows *windows, const void *packed,
  const uint8_t *source, size_t source_stride, size_t row_bytes, size_t first_row, size_t rows,
  uint8_t *target, size_t target_stride) {
  kernels->vertical(
      windows, packed, source, source_stride, row_bytes, first_row, rows, target, target_stride);
}
