// Operations on one row, written once for all vector widths.
#ifndef vit_rows_h
#define vit_rows_h

#include "../vector/functions.h"
#include "convert.h"

INLINE vf load_at(const float *input, size_t i, size_t count) {
  return i + VIT_WIDTH <= count ? vf_load(input + i) : vf_load_some(input + i, count - i);
}

static float exponentials(
  float *row, size_t count, size_t padded, float scale, uint16_t *half) {
  vf most = (vf)(-__builtin_inff());
  size_t i = 0;
  for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) most = vf_max(vf_load(row + i), most);
  float largest = vf_largest(most);
  for (; i < count; i++) largest = row[i] > largest ? row[i] : largest;

  // 2^(factor · x - factor · largest) would lose what the difference keeps.
  float factor = scale * 1.44269504f;
  vf sums = (vf)0.0f;
  for (i = 0; i < count; i += VIT_WIDTH) {
    size_t some = count - i < VIT_WIDTH ? count - i : VIT_WIDTH;
    vf e = vf_exp2((vf_load_some(row + i, some) - largest) * factor);
    if (some < VIT_WIDTH) e = vf_first(e, some);
    sums += e;
    if (half != NULL) {
      store_bfloat16(half + i, e, some);
    } else {
      vf_store_some(row + i, e, some);
    }
  }
  for (i = count; i < padded; i++) {
    if (half != NULL) {
      half[i] = 0;
    } else {
      row[i] = 0;
    }
  }
  return vf_sum(sums);
}

static void multiply(
  const float *row, size_t count, float factor, vit_precision out_type, void *out) {
  for (size_t i = 0; i < count; i += VIT_WIDTH) {
    size_t some = count - i < VIT_WIDTH ? count - i : VIT_WIDTH;
    vf product = vf_load_some(row + i, some) * factor;
    if (out_type == VIT_BFLOAT16) {
      store_bfloat16((uint16_t *)out + i, product, some);
    } else {
      vf_store_some((float *)out + i, product, some);
    }
  }
}

static void layer_norm(
  const float *input, size_t count, const float *weight, const float *bias, float epsilon,
  float *out) {
  size_t whole = count / VIT_WIDTH * VIT_WIDTH, rest = count - whole;
  vf sums = (vf)0.0f;
  for (size_t i = 0; i < whole; i += VIT_WIDTH) sums += vf_load(input + i);
  if (rest) sums += vf_load_some(input + whole, rest);
  float mean = vf_sum(sums) / (float)count;

  vf squares = (vf)0.0f;
  for (size_t i = 0; i < whole; i += VIT_WIDTH) {
    vf d = vf_load(input + i) - mean;
    squares = vf_fma(d, d, squares);
  }
  float variance = vf_sum(squares);
  for (size_t i = whole; i < count; i++) variance += (input[i] - mean) * (input[i] - mean);
  float factor = 1 / __builtin_sqrtf(variance / (float)count + epsilon);

  for (size_t i = 0; i < whole; i += VIT_WIDTH) {
    vf x = (vf_load(input + i) - mean) * factor;
    vf_store(out + i, vf_fma(x, vf_load(weight + i), vf_load(bias + i)));
  }
  if (rest) {
    vf x = (vf_load_some(input + whole, rest) - mean) * factor;
    x = vf_fma(x, vf_load_some(weight + whole, rest), vf_load_some(bias + whole, rest));
    vf_store_some(out + whole, x, rest);
  }
}

INLINE float sum_of_squares(const float *row, size_t count) {
  vf squares = (vf)0.0f;
  for (size_t i = 0; i < count; i += VIT_WIDTH) {
    vf x = load_at(row, i, count);
    squares = vf_fma(x, x, squares);
  }
  return vf_sum(squares);
}

static void l2_normalize(float *row, size_t count) {
  float sum = sum_of_squares(row, count);
  if (sum < 1e-30f || sum > 1e30f) {
    // The squares leave the range of float32: divide by the largest value first.
    float largest = 0;
    for (size_t i = 0; i < count; i++) {
      float size = __builtin_fabsf(row[i]);
      largest = size > largest ? size : largest;
    }
    if (largest == 0) return;
    for (size_t i = 0; i < count; i++) row[i] /= largest;
    sum = sum_of_squares(row, count);
  }
  float factor = 1 / __builtin_sqrtf(sum);
  for (size_t i = 0; i < count; i++) row[i] *= factor;
}

#endif
