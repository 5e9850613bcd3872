// Matrix products in plain C: what the other kernel sets must compute.
#include <math.h>
#include <string.h>

#include "../dispatch/sets.h"

// Loops gain nothing from any number; one that the other sets do not have shows in the tests that
// nothing depends on it.
enum { TILE_ROWS = 4 };

static void tile_float32(const vit_tile *tile, size_t rows, size_t columns) {
  const float *b = tile->b;
  for (size_t r = 0; r < rows; r++) {
    const float *a = (const float *)((const char *)tile->a + r * tile->a_stride);
    float *out = (float *)tile->out + r * tile->out_stride;
    for (size_t c = 0; c < columns; c++) {
      float sum = tile->resume ? out[c] : 0;
      for (size_t g = 0; g < tile->groups; g++) sum += a[g] * b[g * columns + c];
      out[c] = sum;
    }
  }
}

static float from_bfloat16(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void tile_bfloat16(const vit_tile *tile, size_t rows, size_t columns) {
  const uint16_t *b = tile->b;
  for (size_t r = 0; r < rows; r++) {
    const uint16_t *a = (const uint16_t *)((const char *)tile->a + r * tile->a_stride);
    float *out = (float *)tile->out + r * tile->out_stride;
    for (size_t c = 0; c < columns; c++) {
      float sum = tile->resume ? out[c] : 0;
      for (size_t k = 0; k < 2 * tile->groups; k++) {
        sum += from_bfloat16(a[k]) * from_bfloat16(b[(k / 2 * columns + c) * 2 + k % 2]);
      }
      out[c] = sum;
    }
  }
}

static void tile_int8(const vit_tile *tile, size_t rows, size_t columns) {
  const int8_t *b = tile->b;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *a = (const uint8_t *)tile->a + r * tile->a_stride;
    int32_t *out = (int32_t *)tile->out + r * tile->out_stride;
    for (size_t c = 0; c < columns; c++) {
      int32_t sum = tile->resume ? out[c] : 0;
      for (size_t k = 0; k < 4 * tile->groups; k++) {
        sum += a[k] * b[(k / 4 * columns + c) * 4 + k % 4];
      }
      out[c] = sum;
    }
  }
}

// An infinite x gives nothing finite, for which `x - x` stands.
static float activate(vit_activation activation, float x) {
  switch (activation) {
    case VIT_GELU_ERF: return 0.5f * x * erfcf(-x * 0.70710678f);
    case VIT_GELU_TANH: return 0.5f * x * (1 + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
    case VIT_QUICK_GELU: return x / (1 + expf(-1.702f * x));
    case VIT_RELU: return (x < 0 ? 0 : x) + (x - x);
    case VIT_SILU: return x / (1 + expf(-x));
    case VIT_TANH: return tanhf(x) + (x - x);
    default: return x;
  }
}

static void finish(const vit_finish *f) {
  for (size_t r = 0; r < f->rows; r++) {
    for (size_t i = 0; i < f->columns; i++) {
      size_t from = r * f->sums_stride + i, at = r * f->out_stride + i;
      float value;
      if (f->column_scale != NULL) {
        // Σ (q · scale + offset) · w, with the weights' sum taken once.
        float sum = (float)((const int32_t *)f->sums)[from];
        float weights = (float)f->column_sum[i] * f->column_scale[i];
        value = sum * (f->row_scale[r] * f->column_scale[i]) + weights * f->row_offset[r];
      } else {
        value = ((const float *)f->sums)[from];
      }
      value = activate(f->activation, value + f->bias[i]);
      if (f->residual != NULL) value += f->residual[at];
      if (f->out_type == VIT_BFLOAT16) {
        vit_rows_scalar.to_bfloat16(&value, 1, 1, (uint16_t *)f->out + at);
      } else {
        ((float *)f->out)[at] = value;
      }
    }
  }
}

static double multiply_adds(double count, int accumulators) {
  (void)accumulators;
  volatile float seed = 0.5f;
  float sum = seed, factor = seed;
  for (double done = 0; done < count; done++) sum = sum * factor + factor;
  seed = sum;
  return count;
}

const vit_linear_kernels vit_linear_scalar = {
  .float32 = {tile_float32, TILE_ROWS, multiply_adds},
  .bfloat16 = {tile_bfloat16, TILE_ROWS, multiply_adds},
  .int8 = {tile_int8, TILE_ROWS, multiply_adds},
  .finish = finish,
};
