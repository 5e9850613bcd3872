// What follows a tile's sums, in registers: dequantise, bias, activation, residual, store.
#ifndef vit_finish_h
#define vit_finish_h

#include "../rows/store.h"
#include "../vector/functions.h"

// The cases that leave no test inside a loop.
typedef enum { STORE_FLOAT32, STORE_BFLOAT16, ADD_RESIDUAL } storing;

// `count` columns of all rows from column i on; VIT_WIDTH of them except at the end of a row.
INLINE void finish_columns(
  const vit_finish *f, const vit_activation activation, const int dequantise,
  const storing storing, size_t i, size_t count) {
  const char *sums = (const char *)f->sums + i * 4;
  const float *residual = storing == ADD_RESIDUAL ? f->residual + i : NULL;
  const float *row_scale = f->row_scale, *row_offset = f->row_offset;
  float *out = (float *)f->out + i;
  uint16_t *half = (uint16_t *)f->out + i;
  size_t rows = f->rows, sums_stride = f->sums_stride * 4, out_stride = f->out_stride;
  vf bias = vf_load(f->bias + i), column_scale = (vf)0.0f, column_sum = (vf)0.0f;
  if (dequantise) {
    column_scale = vf_load(f->column_scale + i);
    column_sum = __builtin_convertvector(vi_load(f->column_sum + i), vf) * column_scale;
  }
  for (size_t r = 0; r < rows; r++) {
    vf v;
    if (dequantise) {
      // Σ (q · scale + offset) · w: what does not depend on the sum is ready before it.
      vf rest = vf_fma(column_sum, (vf)row_offset[r], bias);
      vf sum = __builtin_convertvector(vi_load(sums + r * sums_stride), vf);
      v = vf_fma(sum, column_scale * row_scale[r], rest);
    } else {
      v = vf_bits(vi_load(sums + r * sums_stride)) + bias;
    }
    v = vf_activate(activation, v);
    if (storing == ADD_RESIDUAL) v += vf_load_some(residual + r * out_stride, count);
    if (storing == STORE_BFLOAT16) {
      store_bfloat16(half + r * out_stride, v, count);
    } else {
      vf_store_some(out + r * out_stride, v, count);
    }
  }
}

INLINE void finish_all(
  const vit_finish *f, const vit_activation activation, const int dequantise,
  const storing storing) {
  size_t i = 0;
  for (; i + VIT_WIDTH <= f->columns; i += VIT_WIDTH) {
    finish_columns(f, activation, dequantise, storing, i, VIT_WIDTH);
  }
  if (i < f->columns) finish_columns(f, activation, dequantise, storing, i, f->columns - i);
}

INLINE void finish_stored(
  const vit_finish *f, const vit_activation activation, const int dequantise) {
  if (f->residual != NULL) return finish_all(f, activation, dequantise, ADD_RESIDUAL);
  if (f->out_type == VIT_BFLOAT16) return finish_all(f, activation, dequantise, STORE_BFLOAT16);
  return finish_all(f, activation, dequantise, STORE_FLOAT32);
}

INLINE void finish_as(const vit_finish *f, const vit_activation activation) {
  if (f->column_scale != NULL) return finish_stored(f, activation, 1);
  return finish_stored(f, activation, 0);
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
