// Operations on one row, written once for all vector widths.
#ifndef vit_rows_h
#define vit_rows_h

#include "../vector/functions.h"
#include "convert.h"

// The largest elements of a row, and the least that is below 0, lane by lane.
INLINE void score_range(const float *row, size_t count, vf *most, vf *least) {
  *most = (vf)(-__builtin_inff());
  *least = (vf)0.0f;
  size_t i = 0;
  for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
    vf x = vf_load(row + i);
    *most = vf_max(x, *most);
    *least = vf_min(x, *least);
  }
  if (i < count) {
    vf x = vf_load(row + i);
    *most = vf_max(vf_first_or(x, count - i, *most), *most);
    *least = vf_min(vf_first_or(x, count - i, *least), *least);
  }
}

// row = scale · row + bias. Returns the largest elements lane by lane, and in `poison` 0, or NaN
// where an element was no number or infinite before.
INLINE vf biased(float *row, size_t count, float scale, const float *bias, vf *poison) {
  vf most = (vf)(-__builtin_inff());
  *poison = (vf)0.0f;
  for (size_t i = 0; i < count; i += VIT_WIDTH) {
    size_t some = count - i < VIT_WIDTH ? count - i : VIT_WIDTH;
    vf x = vf_load(row + i);
    if (some < VIT_WIDTH) x = vf_first_or(x, some, (vf)0.0f);
    *poison = vf_fma(x, (vf)0.0f, *poison);
    x = vf_fma(x, (vf)scale, vf_load_some(bias + i, some));
    vf_store(row + i, x);
    most = vf_max(some < VIT_WIDTH ? vf_first_or(x, some, most) : x, most);
  }
  return most;
}

// The exponentials of one row, whose largest element is given; returns `sums` and theirs. Where
// elements may be -∞ they become 0, which vf_exp2 does not reach.
INLINE vf exponentials_of(
  float *row, size_t count, size_t padded, float largest, float factor, const int may_hide,
  uint16_t *half, vf sums) {
  size_t i = 0;
  for (; i < count; i += VIT_WIDTH) {
    vf x = vf_load(row + i), e = vf_exp2((x - largest) * factor);
    if (may_hide) e = x == -__builtin_inff() ? (vf)0.0f : e;
    if (count - i < VIT_WIDTH) e = vf_first_or(e, count - i, (vf)0.0f);
    sums += e;
    if (half != NULL) {
      store_bfloat16(half + i, e, VIT_WIDTH);
    } else {
      vf_store(row + i, e);
    }
  }
  for (; i < padded; i++) {
    if (half != NULL) {
      half[i] = 0;
    } else {
      row[i] = 0;
    }
  }
  return sums;
}

// Rows take turns within a step, because each reduction to one element waits for its own steps.
INLINE void exponentials_all(const vit_exponentials *e, const int has_bias, const int to_half) {
  float largest[VIT_MAX_TILE_ROWS];
  vf sums[VIT_MAX_TILE_ROWS];
  for (size_t r = 0; r < e->rows; r++) {
    float *row = e->scores + r * e->stride;
    size_t count = e->count + r * e->growth;
    vf most, least;
    if (has_bias) {
      most = biased(row, count, e->scale, e->bias + r * e->bias_stride, &sums[r]);
    } else {
      score_range(row, count, &most, &least);
      // 0, or what is no number: a score of -∞ is a broken weight's, not a token that nobody looks
      // at.
      sums[r] = least - least;
    }
    largest[r] = vf_largest(most);
  }
  // 2^(factor · x - factor · largest) would lose what the difference keeps.
  float factor = (has_bias ? 1 : e->scale) * 1.44269504f;
  for (size_t r = 0; r < e->rows; r++) {
    uint16_t *half = to_half ? e->half + r * e->half_stride : NULL;
    sums[r] = exponentials_of(
      e->scores + r * e->stride, e->count + r * e->growth, e->padded, largest[r], factor, has_bias,
      half, sums[r]);
  }
  for (size_t r = 0; r < e->rows; r++) e->sums[r] = vf_sum(sums[r]);
}

static void exponentials(const vit_exponentials *e) {
  int has_bias = e->bias != NULL, to_half = e->half != NULL;
  if (has_bias) return to_half ? exponentials_all(e, 1, 1) : exponentials_all(e, 1, 0);
  return to_half ? exponentials_all(e, 0, 1) : exponentials_all(e, 0, 0);
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

// The sum of a row's elements, or of the squares of their distances from `mean`.
INLINE float sum_of(const float *row, size_t count, const int squared, float mean) {
  vf sums[CHAINS] = {0};
  size_t i = 0;
  for (; i + CHAINS * VIT_WIDTH <= count; i += CHAINS * VIT_WIDTH) {
    UNROLL for (size_t j = 0; j < CHAINS; j++) {
      vf x = vf_load(row + i + j * VIT_WIDTH);
      sums[j] = squared ? vf_fma(x - mean, x - mean, sums[j]) : sums[j] + x;
    }
  }
  for (; i < count; i += VIT_WIDTH) {
    vf x = load_at(row, i, count);
    if (squared) {
      vf d = x - mean;
      if (count - i < VIT_WIDTH) d = vf_first_or(d, count - i, (vf)0.0f);
      x = d * d;
    }
    sums[0] += x;
  }
  return vf_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

static void layer_norm(
  const float *input, size_t count, const float *weight, const float *bias, float epsilon,
  float *out) {
  float mean = sum_of(input, count, 0, 0) / (float)count;
  float variance = sum_of(input, count, 1, mean) / (float)count;
  float factor = 1 / __builtin_sqrtf(variance + epsilon);
  for (size_t i = 0; i < count; i += VIT_WIDTH) {
    size_t some = count - i < VIT_WIDTH ? count - i : VIT_WIDTH;
    vf x = (vf_load_some(input + i, some) - mean) * factor;
    x = vf_fma(x, vf_load_some(weight + i, some), vf_load_some(bias + i, some));
    vf_store_some(out + i, x, some);
  }
}

static void l2_normalize(float *row, size_t count) {
  float sum = sum_of(row, count, 1, 0);
  if (sum < 1e-30f || sum > 1e30f) {
    // The squares leave the range of float32: divide by the largest value first.
    float largest = 0;
    for (size_t i = 0; i < count; i++) {
      float size = __builtin_fabsf(row[i]);
      largest = size > largest ? size : largest;
    }
    if (largest == 0) return;
    for (size_t i = 0; i < count; i++) row[i] /= largest;
    sum = sum_of(row, count, 1, 0);
  }
  float factor = 1 / __builtin_sqrtf(sum);
  for (size_t i = 0; i < count; i++) row[i] *= factor;
}

#endif
