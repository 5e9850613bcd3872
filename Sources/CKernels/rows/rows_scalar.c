// Operations on rows in plain C: what the other kernel sets must compute.
#include <math.h>
#include <string.h>

#include "../dispatch/sets.h"

static void to_bfloat16(const float *input, size_t count, size_t padded, uint16_t *out) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &input[i], sizeof bits);
    if (isnan(input[i])) {
      out[i] = (uint16_t)(bits >> 16 | 0x40);
    } else {
      out[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
  }
  for (size_t i = count; i < padded; i++) out[i] = 0;
}

static void to_uint8(
  const float *input, size_t count, size_t padded, uint8_t *out, float *scale, float *offset) {
  float low = 0, high = 0;
  int finite = 1;
  for (size_t i = 0; i < count; i++) {
    finite = finite && isfinite(input[i]);
    low = fminf(low, input[i]);
    high = fmaxf(high, input[i]);
  }
  // The difference may exceed the largest float, the quotients' cannot.
  float step = high / 255 - low / 255;
  *scale = finite ? step : NAN;
  *offset = finite ? low : 0;
  memset(out, 0, padded);
  // Below this the step's inverse is no float32, and the values count as the smallest.
  if (!finite || !(step > 1e-30f)) return;
  float inverse = 1 / step, start = -low * inverse;
  for (size_t i = 0; i < count; i++) {
    out[i] = (uint8_t)nearbyintf(fmaf(input[i], inverse, start));
  }
}

static int32_t to_int8(
  const float *input, size_t count, size_t padded, int8_t *out, float *scale) {
  float largest = 0;
  int finite = 1;
  for (size_t i = 0; i < count; i++) {
    finite = finite && isfinite(input[i]);
    largest = fmaxf(largest, fabsf(input[i]));
  }
  *scale = finite ? largest / 127 : NAN;
  memset(out, 0, padded);
  if (!finite || !(*scale > 1e-30f)) return 0;
  int32_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t q = (int32_t)nearbyintf(input[i] * (1 / *scale));
    out[i] = (int8_t)(q < -127 ? -127 : q > 127 ? 127 : q);
    sum += out[i];
  }
  return sum;
}

static void transpose(
  const void *input, size_t stride, size_t rows, size_t groups, size_t width, void *out) {
  for (size_t g = 0; g < groups; g++) {
    for (size_t c = 0; c < width; c++) {
      char *to = (char *)out + (g * width + c) * 4;
      if (c < rows) {
        memcpy(to, (const char *)input + c * stride + g * 4, 4);
      } else {
        memset(to, 0, 4);
      }
    }
  }
}

static void interleave(
  const uint16_t *first, const uint16_t *second, size_t count, size_t width, uint16_t *out) {
  memset(out, 0, width * 4);
  for (size_t c = 0; c < count; c++) {
    out[2 * c] = first[c];
    if (second != NULL) out[2 * c + 1] = second[c];
  }
}

static void exponentials(const vit_exponentials *e) {
  for (size_t r = 0; r < e->rows; r++) {
    float *row = e->scores + r * e->stride, largest = -INFINITY, sum = 0;
    size_t count = e->count + r * e->growth;
    const float *bias = e->bias == NULL ? NULL : e->bias + r * e->bias_stride;
    // With a bias the scale comes before it, else after the difference from the largest.
    float scale = bias == NULL ? e->scale : 1;
    for (size_t i = 0; i < count; i++) {
      // A score without bounds is a broken weight's, not a token that nobody looks at.
      if (isinf(row[i])) sum = NAN;
      if (bias != NULL) row[i] = row[i] * e->scale + bias[i];
      largest = row[i] > largest ? row[i] : largest;
    }
    for (size_t i = 0; i < count; i++) {
      row[i] = expf((row[i] - largest) * scale);
      sum += row[i];
    }
    for (size_t i = count; i < e->padded; i++) row[i] = 0;
    if (e->half != NULL) to_bfloat16(row, e->padded, e->padded, e->half + r * e->half_stride);
    e->sums[r] = sum;
  }
}

static void multiply(
  const float *row, size_t count, float factor, vit_precision out_type, void *out) {
  for (size_t i = 0; i < count; i++) {
    float product = row[i] * factor;
    if (out_type == VIT_BFLOAT16) {
      to_bfloat16(&product, 1, 1, (uint16_t *)out + i);
    } else {
      ((float *)out)[i] = product;
    }
  }
}

static void layer_norm(
  const float *input, size_t count, const float *weight, const float *bias, float epsilon,
  float *out) {
  float mean = 0, variance = 0;
  for (size_t i = 0; i < count; i++) mean += input[i] / (float)count;
  for (size_t i = 0; i < count; i++) {
    variance += (input[i] - mean) * (input[i] - mean) / (float)count;
  }
  float factor = 1 / sqrtf(variance + epsilon);
  for (size_t i = 0; i < count; i++) out[i] = (input[i] - mean) * factor * weight[i] + bias[i];
}

static void l2_normalize(float *row, size_t count) {
  // Divided by the largest value first, so that no square leaves the range of float32.
  float largest = 0, sum = 0;
  for (size_t i = 0; i < count; i++) largest = fmaxf(largest, fabsf(row[i]));
  if (largest == 0) return;
  for (size_t i = 0; i < count; i++) sum += (row[i] / largest) * (row[i] / largest);
  float length = sqrtf(sum);
  for (size_t i = 0; i < count; i++) row[i] = row[i] / largest / length;
}

const vit_row_kernels vit_rows_scalar = {
  to_bfloat16, to_uint8, to_int8, transpose, interleave,
  exponentials, multiply, layer_norm, l2_normalize,
};
