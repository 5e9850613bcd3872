// Operations on one row, written once for all vector widths.
#ifndef vit_rows_h
#define vit_rows_h

#include "../vector/functions.h"

typedef uint16_t v16 __attribute__((ext_vector_type(VIT_WIDTH)));
typedef uint8_t v8 __attribute__((ext_vector_type(VIT_WIDTH)));

/// The upper half of each float, rounded to nearest even; NaN stays NaN.
INLINE v16 round_to_bfloat16(vf x) {
  vu bits = __builtin_bit_cast(vu, x);
  vu rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  vu quiet = (bits >> 16) | 0x40;
  vi is_nan = x != x;
  return __builtin_convertvector(is_nan ? quiet : rounded, v16);
}

static void to_bfloat16(const float *input, size_t count, size_t padded, uint16_t *out) {
  size_t i = 0;
  for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
    v16 half = round_to_bfloat16(vf_load(input + i));
    __builtin_memcpy(out + i, &half, sizeof half);
  }
  if (i < count) {
    v16 half = round_to_bfloat16(vf_load_some(input + i, count - i));
    uint16_t all[VIT_WIDTH];
    __builtin_memcpy(all, &half, sizeof half);
    for (size_t j = 0; i < count; i++, j++) out[i] = all[j];
  }
  for (; i < padded; i++) out[i] = 0;
}

INLINE vf load_at(const float *input, size_t i, size_t count) {
  return i + VIT_WIDTH <= count ? vf_load(input + i) : vf_load_some(input + i, count - i);
}

static void to_uint8(
  const float *input, size_t count, size_t padded, uint8_t *out, float *scale, int32_t *zero) {
  vf low = (vf)0.0f, high = (vf)0.0f, poison = (vf)0.0f;
  for (size_t i = 0; i < count; i += VIT_WIDTH) {
    vf x = load_at(input, i, count);
    low = vf_min(x, low);
    high = vf_max(x, high);
    poison = vf_fma(x, (vf)0.0f, poison);  // NaN from the first NaN or infinity on
  }
  float largest = vf_largest(high), smallest = -vf_largest(-low);
  // The difference may exceed the largest float, the quotients' cannot.
  float step = largest / 255 - smallest / 255;
  float poisoned = vf_sum(poison);
  int usable = poisoned == poisoned && step > 1e-30f;
  *scale = poisoned == poisoned ? step : poisoned;
  *zero = 0;
  size_t i = 0;
  if (usable) {
    vf inverse = (vf)(1 / step);
    vi offset = vf_round_to_int((vf)(-smallest) * inverse);
    *zero = offset[0];
    for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
      vi q = vf_round_to_int(vf_load(input + i) * inverse) + offset;
      q = q < 0 ? (vi)0 : q;
      q = q > 255 ? (vi)255 : q;
      v8 bytes = __builtin_convertvector(q, v8);
      __builtin_memcpy(out + i, &bytes, sizeof bytes);
    }
    if (i < count) {
      vi q = vf_round_to_int(vf_load_some(input + i, count - i) * inverse) + offset;
      q = q < 0 ? (vi)0 : q;
      q = q > 255 ? (vi)255 : q;
      int32_t all[VIT_WIDTH];
      vi_store(all, q);
      for (size_t j = 0; i < count; i++, j++) out[i] = (uint8_t)all[j];
    }
  }
  for (; i < padded; i++) out[i] = 0;
}

static void softmax(float *row, size_t count, size_t padded, float scale) {
  vf most = (vf)(-__builtin_inff());
  size_t i = 0;
  for (; i + VIT_WIDTH <= count; i += VIT_WIDTH) most = vf_max(vf_load(row + i), most);
  float largest = vf_largest(most);
  for (; i < count; i++) largest = row[i] > largest ? row[i] : largest;

  vf sums = (vf)0.0f;
  for (i = 0; i + VIT_WIDTH <= count; i += VIT_WIDTH) {
    vf e = vf_exp((vf_load(row + i) - largest) * scale);
    sums += e;
    vf_store(row + i, e);
  }
  size_t whole = i;
  if (i < count) {
    vf e = vf_exp((vf_load_some(row + i, count - i) - largest) * scale);
    vf_store_some(row + i, e, count - i);
    sums += vf_load_some(row + i, count - i);
  }
  float inverse = 1 / vf_sum(sums);
  for (i = 0; i < whole; i += VIT_WIDTH) vf_store(row + i, vf_load(row + i) * inverse);
  for (; i < count; i++) row[i] *= inverse;
  for (; i < padded; i++) row[i] = 0;
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
