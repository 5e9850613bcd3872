// What follows a tile's sums, in registers: dequantise, bias, activation, residual, store.
#ifndef vit_finish_h
#define vit_finish_h

#include "../vector/functions.h"

/// `count` columns of all rows from column i on; VIT_WIDTH of them except at the end of a row.
INLINE void finish_columns(
  const vit_finish *f, const vit_activation activation, size_t i, size_t count) {
  vf bias = vf_load(f->bias + i), column_scale = (vf)0.0f;
  vi column_sum = (vi)0;
  if (f->column_scale != NULL) {
    column_scale = vf_load(f->column_scale + i);
    column_sum = vi_load(f->column_sum + i);
  }
  for (size_t r = 0; r < f->rows; r++) {
    const char *sums = (const char *)f->sums + (r * f->sums_stride + i) * 4;
    size_t at = r * f->out_stride + i;
    vf v;
    if (f->column_scale != NULL) {
      vi sum = vi_load(sums) - column_sum * f->row_zero[r];
      v = vf_fma(__builtin_convertvector(sum, vf), column_scale * f->row_scale[r], bias);
    } else {
      v = vf_bits(vi_load(sums)) + bias;
    }
    v = vf_activate(activation, v);
    if (count == VIT_WIDTH) {
      if (f->residual != NULL) v += vf_load(f->residual + at);
      vf_store(f->out + at, v);
    } else {
      if (f->residual != NULL) v += vf_load_some(f->residual + at, count);
      vf_store_some(f->out + at, v, count);
    }
  }
}

INLINE void finish_as(const vit_finish *f, const vit_activation activation) {
  size_t i = 0;
  for (; i + VIT_WIDTH <= f->columns; i += VIT_WIDTH) {
    finish_columns(f, activation, i, VIT_WIDTH);
  }
  if (i < f->columns) finish_columns(f, activation, i, f->columns - i);
}

static void finish(const vit_finish *f) {
  switch (f->activation) {
    case VIT_IDENTITY: return finish_as(f, VIT_IDENTITY);
    case VIT_GELU_ERF: return finish_as(f, VIT_GELU_ERF);
    case VIT_GELU_TANH: return finish_as(f, VIT_GELU_TANH);
    case VIT_QUICK_GELU: return finish_as(f, VIT_QUICK_GELU);
    case VIT_RELU: return finish_as(f, VIT_RELU);
    case VIT_SILU: return finish_as(f, VIT_SILU);
    case VIT_TANH: return finish_as(f, VIT_TANH);
  }
}

#endif
