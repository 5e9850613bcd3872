#ifndef VIT_RESIZE_H
#define VIT_RESIZE_H

#include <stddef.h>
#include <stdint.h>

/// One pass of an antialiased resize of 8-bit samples in fixed point, as Pillow does it.
///
///   output = clamp((2^21 + sum_j sample[start + j] * weight[j]) >> 22, 0, 255)
///
/// in 32-bit arithmetic that wraps. Every kernel set gives the same bits; `scalar` is the
/// specification.

/// Bytes behind the last sample of the last row that a kernel may read (never use).
#define VIT_RESIZE_SLACK 64

/// What each output sample is made of.
typedef struct vit_resize_windows {
  int32_t count;                    // output samples along the axis
  int32_t stride;                   // from one output's weights to the next's
  const int32_t *_Nonnull start;    // [count] first source sample
  const int32_t *_Nonnull length;   // [count] source samples, at least 1, at most `stride`
  const int32_t *_Nonnull weights;  // [count, stride] with 22 bits of fraction
} vit_resize_windows;

typedef struct vit_resize_kernels vit_resize_kernels;

/// The kernel set of that name, or NULL where this processor (or build) lacks it. Names: "scalar",
/// "avx2", "avx512" (needs VNNI and VBMI), "neon".
const vit_resize_kernels *_Nullable vit_resize_kernels_named(const char *_Nonnull name);

/// The fastest set here; never NULL.
const vit_resize_kernels *_Nonnull vit_resize_kernels_best(void);

const char *_Nonnull vit_resize_kernels_name(const vit_resize_kernels *_Nonnull kernels);

/// Bytes that `vit_resize_pack` writes.
size_t vit_resize_packed_size(
  const vit_resize_kernels *_Nonnull kernels, const vit_resize_windows *_Nonnull windows);

/// Brings the weights into the order that the kernel reads. Returns 0 where a weight is too large
/// for the set's arithmetic; another set, in the end `scalar`, takes them.
int vit_resize_pack(
  const vit_resize_kernels *_Nonnull kernels, const vit_resize_windows *_Nonnull windows,
  void *_Nonnull packed);

/// Rows of RGB pixels, each to `windows->count` RGB pixels. `source` has VIT_RESIZE_SLACK readable
/// bytes behind the pixels of the last row. Strides are in bytes.
void vit_resize_horizontal(
  const vit_resize_kernels *_Nonnull kernels, const vit_resize_windows *_Nonnull windows,
  const void *_Nonnull packed, const uint8_t *_Nonnull source, size_t source_stride, size_t rows,
  uint8_t *_Nonnull target, size_t target_stride);

/// Output rows `first_row ..< first_row + rows` of `row_bytes` samples. `source` is row 0 of the
/// axis that `windows->start` counts, `target` where `first_row` goes. Reads no byte outside the
/// rows.
void vit_resize_vertical(
  const vit_resize_kernels *_Nonnull kernels, const vit_resize_windows *_Nonnull windows,
  const void *_Nonnull packed, const uint8_t *_Nonnull source, size_t source_stride,
  size_t row_bytes, size_t first_row, size_t rows, uint8_t *_Nonnull target, size_t target_stride);

#endif
