// Runs every kernel set of this processor against the scalar one at awkward sizes. For processors
// on which the Swift tests cannot run: scripts/test-neon runs it under emulation.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "CKernels.h"

static int failures;

static float *random_floats(size_t count, float scale) {
  static uint64_t state = 1;
  float *values = malloc((count + 1) * sizeof *values);
  for (size_t i = 0; i < count; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    values[i] = ((float)(state >> 40) * 0x1p-23f - 1) * scale;
  }
  return values;
}

static void compare(
  const char *set, const char *what, const size_t sizes[3], const float *a, const float *b,
  size_t count, float tolerance) {
  float worst = 0;
  for (size_t i = 0; i < count; i++) {
    float off = isnan(a[i]) && isnan(b[i]) ? 0 : fabsf(a[i] - b[i]);
    if (!(off <= worst)) worst = off;
  }
  if (worst <= tolerance) return;
  failures++;
  printf(
    "%s: %s [%zu, %zu, %zu] differs by %g, more than %g\n", set, what, sizes[0], sizes[1],
    sizes[2], worst, tolerance);
}

static void check_linear(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t all[][3] = {
    {0, 3, 3}, {1, 1, 1}, {2, 15, 2}, {5, 16, 3}, {6, 17, 4}, {7, 33, 5}, {11, 63, 8}, {12, 64, 63},
    {13, 65, 64}, {50, 130, 65}, {13, 70, 1024}, {20, 70, 1601}, {7, 1, 19}};
  static const char *names[] = {"float32", "bfloat16", "int8"};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t rows = all[s][0], outputs = all[s][1], inputs = all[s][2];
    float *input = random_floats(rows * inputs, 1), *weight = random_floats(outputs * inputs, 1);
    float *bias = random_floats(outputs, 1), *residual = random_floats(rows * outputs, 1);
    float *expected = random_floats(rows * outputs, 1), *result = random_floats(rows * outputs, 1);
    if (rows > 4) input[4 * inputs] = NAN;
    for (int p = 0; p < VIT_PRECISIONS; p++) {
      for (int activation = VIT_IDENTITY; activation <= VIT_TANH; activation++) {
        vit_linear *a = vit_linear_create(scalar, p, outputs, inputs, weight, bias);
        vit_linear *b = vit_linear_create(set, p, outputs, inputs, weight, bias);
        vit_application application = {
          .rows = rows,
          .input = input,
          .activation = activation,
          .residual = residual,
          .out = expected,
        };
        vit_linear_apply(a, &application);
        application.out = result;
        vit_linear_apply(b, &application);
        // Both sums are off by half an epsilon of at most `inputs` for each term.
        float tolerance = 0x1p-23f * (float)(inputs + 8) * sqrtf((float)inputs + 1) + 2e-6f;
        compare(set->name, names[p], all[s], expected, result, rows * outputs, tolerance);
        vit_linear_destroy(a);
        vit_linear_destroy(b);
      }
    }
    free(input), free(weight), free(bias), free(residual), free(expected), free(result);
  }
}

static void check_attention(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t all[][3] = {{1, 1, 1}, {2, 3, 5}, {3, 16, 13}, {1, 17, 50}, {2, 64, 67}};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t heads = all[s][0], size = all[s][1], tokens = all[s][2], width = heads * size;
    size_t offsets[] = {0, tokens, tokens, tokens + 3}, rows = tokens + 3;
    float *qkv = random_floats(rows * 3 * width, 1);
    uint16_t *half = malloc(rows * 3 * width * sizeof *half);
    scalar->to_bfloat16(qkv, rows * 3 * width, rows * 3 * width, half);
    float *expected = random_floats(rows * width, 1), *result = random_floats(rows * width, 1);
    for (int i = 0; i < 4; i++) {
      vit_precision p = i / 2 ? VIT_BFLOAT16 : VIT_FLOAT32;
      const void *rows_of = p == VIT_FLOAT32 ? (void *)qkv : half;
      vit_attention attention = {
        .precision = p,
        .qkv = rows_of,
        .offsets = offsets,
        .sequences = 3,
        .heads = heads,
        .head_size = size,
        .causal = i % 2,
        .end_row = rows,
        .out_type = VIT_FLOAT32,
        .out = expected,
      };
      vit_attention_apply(scalar, &attention);
      attention.out = result;
      vit_attention_apply(set, &attention);
      float tolerance = (p == VIT_FLOAT32 ? 0x1p-23f : 0x1p-8f) * (4 + sqrtf((float)size));
      compare(set->name, "attention", all[s], expected, result, rows * width, tolerance);
    }
    free(qkv), free(half), free(expected), free(result);
  }
}

static void check_rows(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t sizes[] = {1, 2, 3, 4, 5, 15, 16, 17, 192, 769};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t count = sizes[s], shape[] = {3, count, 0};
    float *input = random_floats(3 * count, 3), *weight = random_floats(count, 1);
    float *bias = random_floats(count, 1);
    float *expected = random_floats(3 * count, 1), *result = random_floats(3 * count, 1);
    vit_layer_norm(scalar, input, 3, count, count, weight, bias, 1e-2f, expected);
    vit_layer_norm(set, input, 3, count, count, weight, bias, 1e-2f, result);
    compare(set->name, "layer norm", shape, expected, result, 3 * count, 1e-4f);
    for (size_t i = 0; i < 3 * count; i++) expected[i] = result[i] = input[i];
    vit_l2_normalize(scalar, expected, 3, count);
    vit_l2_normalize(set, result, 3, count);
    compare(set->name, "length", shape, expected, result, 3 * count, 1e-5f);
    free(input), free(weight), free(bias), free(expected), free(result);
  }
}

int main(void) {
  const vit_kernels *scalar = vit_kernels_available(0), *set;
  printf("kernel sets tested:");
  for (size_t i = 0; (set = vit_kernels_available(i)) != NULL; i++) printf(" %s", set->name);
  printf("\n");
  for (size_t i = 1; (set = vit_kernels_available(i)) != NULL; i++) {
    check_linear(scalar, set);
    check_attention(scalar, set);
    check_rows(scalar, set);
  }
  printf(failures == 0 ? "all agree\n" : "%d disagreements\n", failures);
  return failures != 0;
}
