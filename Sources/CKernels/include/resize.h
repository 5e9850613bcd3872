#ifndef CKernels_resize_h
#define CKernels_resize_h

#include <stddef.h>
#include <stdint.h>

// One pass of an antialiased resize of 8-bit samples in fixed point, as Pillow does it.
//
//   output = clamp((2^21 + sum_j sample[start + j] * weight[j]) >> 22, 0, 255)
//
// in 32-bit arithmetic that wraps. Every kernel set gives the same bits; `scalar` is the
// specification.

// Bytes behind the last sample of the last row that a kernel may read (never use).
#define RESIZE_SLACK 64

// What each output sample is made of.
typedef struct ResizeWindows {
  int32_t count;               // output samples along the axis
  int32_t stride;              // from one output's weights to the next's
  const int32_t *_Nonnull start;    // [count] first source sample
  const int32_t *_Nonnull length;   // [count] source samples, at least 1, at most `stride`
  const int32_t *_Nonnull weights;  // [count, stride] with 22 bits of fraction
} ResizeWindows;

typedef struct ResizeKernels ResizeKernels;

// The kernel set of that name, or NULL where this processor (or build) lacks it. Names: "scalar",
// "avx2", "avx512" (needs VNNI and VBMI), "neon".
const ResizeKernels *_Nullable resizeKernelsNamed(const char *_Nonnull name);

// The fastest set here; never NULL.
const ResizeKernels *_Nonnull resizeKernelsBest(void);

const char *_Nonnull resizeKernelsName(const ResizeKernels *_Nonnull kernels);

// Bytes that `resizePack` writes.
size_t resizePackedSize(const ResizeKernels *_Nonnull kernels,
                        const ResizeWindows *_Nonnull windows);

// Brings the weights into the order that the kernel reads. Returns 0 where a weight is too large
// for the set's arithmetic; another set, in the end `scalar`, takes them.
int resizePack(const ResizeKernels *_Nonnull kernels, const ResizeWindows *_Nonnull windows,
               void *_Nonnull packed);

// Rows of RGB pixels, each to `windows->count` RGB pixels. `source` has RESIZE_SLACK readable bytes
// behind the pixels of the last row. Strides are in bytes.
void resizeHorizontal(const ResizeKernels *_Nonnull kernels,
                      const ResizeWindows *_Nonnull windows, const void *_Nonnull packed,
                      const uint8_t *_Nonnull source, size_t sourceStride, size_t rows,
                      uint8_t *_Nonnull target, size_t targetStride);

// Output rows `firstRow ..< firstRow + rows` of `rowBytes` samples; `source` is row 0 of the axis
// that `windows->start` counts, `target` where `firstRow` goes. Reads no byte outside the rows.
void resizeVertical(const ResizeKernels *_Nonnull kernels, const ResizeWindows *_Nonnull windows,
                    const void *_Nonnull packed, const uint8_t *_Nonnull source,
                    size_t sourceStride, size_t rowBytes, size_t firstRow, size_t rows,
                    uint8_t *_Nonnull target, size_t targetStride);

#endif
