// What follows a tile's sums, in registers: dequantise, bias, activation, residual, store.
#ifndef vit_finish_h
#define vit_finish_h

#include "../vector/functions.h"

/// `count` columns from column i on; VIT_WIDTH of them except at the end of a row.
INLINE void finish_columns(
  const vit_finish *f, const vit_activation activation, size_t i, size_t count) {
  vf v;
  if (f->column_scale != NULL) {
    vi sum = vi_load((const int32_t *)f->sums + i) - vi_load(f->column_sum + i) * f->row_zero;
    vf scale = vf_load(f->column_scale + i) * f->row_scale;
    v = vf_fma(__builtin_convertvector(sum, vf), scale, vf_load(f->bias + i));
  } else {
    v = vf_load((const float *)f->sums + i) + vf_load(f->bias + i);
  }
  v = vf_activate(activation, v);
  if (count == VIT_WIDTH) {
    if (f->residual != NULL) v += vf_load(f->residual + i);
    vf_store(f->out + i, v);
  } else {
    if (f->residual != NULL) v += vf_load_some(f->residual + i, count);
    vf_store_some(f->out + i, v, count);
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
