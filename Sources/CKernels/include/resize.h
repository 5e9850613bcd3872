// One pass of an antialiased resize of 8-bit samples in fixed point, as Pillow does it:
//
//   output = clamp((2²¹ + Σⱼ sample[start + j] · weight[j]) >> 22, 0, 255)
//
// in 32-bit arithmetic that wraps. Every kernel set gives the same bits; the scalar one is the
// specification.
#ifndef vit_resize_h
#define vit_resize_h

#include "kernels.h"

// Bytes of the packed weights for a kernel set.
size_t vit_resize_packed_bytes(const vit_kernels *kernels, const vit_resize_windows *windows);

// Packs the weights and returns the set whose kernels take them: the one that is asked for or, where
// a weight is too large for its digits, the scalar one.
const vit_kernels *vit_resize_pack(
  const vit_kernels *kernels, const vit_resize_windows *windows, void *packed);

// Rows of RGB pixels, each to windows->count RGB pixels. `kernels` is what packing returned.
void vit_resize_horizontal(const vit_kernels *kernels, const vit_resize_pass *pass);

// Columns of samples, each to windows->count samples. `kernels` is what packing returned.
void vit_resize_vertical(const vit_kernels *kernels, const vit_resize_pass *pass);

#endif
