// Runs every kernel set of this processor against the scalar one at awkward sizes. For processors
// on which the Swift tests cannot run: scripts/test-neon and scripts/test-sse4 run it under emulation.
// An argument is the name of the set that has to be chosen.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

// What is no number must be none in both; an infinity may be NaN, which follows from it.
static void compare(
  const char *set, const char *what, const size_t sizes[3], const float *a, const float *b,
  size_t count, float tolerance) {
  float worst = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(a[i]) && !isfinite(b[i])) continue;
    float off = isfinite(a[i]) && isfinite(b[i]) ? fabsf(a[i] - b[i]) : INFINITY;
    if (off > worst) worst = off;
  }
  if (worst <= tolerance) return;
  failures++;
  printf(
    "%s: %s [%zu, %zu, %zu] differs by %g, more than %g\n", set, what, sizes[0], sizes[1],
    sizes[2], worst, tolerance);
}

static void widen(const uint16_t *half, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)half[i] << 16;
    memcpy(&out[i], &bits, sizeof bits);
  }
}

// The layer's result, as float32 whichever type it is stored in.
static void apply(const vit_linear *linear, vit_application application, float *out) {
  size_t count = application.rows * linear->outputs;
  uint16_t *half = malloc((count + 1) * sizeof *half);
  application.out = application.out_type == VIT_BFLOAT16 ? (void *)half : out;
  vit_linear_apply(linear, &application);
  if (application.out_type == VIT_BFLOAT16) widen(half, count, out);
  free(half);
}

static void check_linear(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t all[][3] = {
    {0, 3, 3}, {1, 1, 1}, {2, 15, 2}, {5, 16, 3}, {6, 17, 4}, {7, 33, 5}, {11, 63, 8}, {12, 64, 63},
    {13, 65, 64}, {50, 130, 65}, {13, 70, 1024}, {20, 70, 1601}, {7, 1, 19},
    {9, 20, 3201}};
  static const char *names[] = {"float32", "bfloat16", "int8"};
  static const float bad[] = {NAN, INFINITY, -INFINITY};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t rows = all[s][0], outputs = all[s][1], inputs = all[s][2];
    float *input = random_floats(rows * inputs, 1), *weight = random_floats(outputs * inputs, 1);
    float *bias = random_floats(outputs, 1), *residual = random_floats(rows * outputs, 1);
    float *expected = random_floats(rows * outputs, 1), *result = random_floats(rows * outputs, 1);
    float *norm_weight = random_floats(inputs, 1), *norm_bias = random_floats(inputs, 1);
    uint16_t *half = malloc((rows * inputs + 1) * sizeof *half);
    vit_norm norm = {norm_weight, norm_bias, 1e-2f};
    for (size_t row = 4; row < rows && row < 7; row++) input[row * inputs] = bad[row - 4];
    scalar->to_bfloat16(input, rows * inputs, rows * inputs, half);
    for (int p = 0; p < VIT_PRECISIONS; p++) {
      vit_linear *a = vit_linear_create(scalar, p, outputs, inputs, weight, bias);
      vit_linear *b = vit_linear_create(set, p, outputs, inputs, weight, bias);
      vit_linear *packed = vit_linear_create_packed(
        set, p, outputs, inputs, scalar->panel, scalar->vector, a->weights, a->column_scale,
        a->column_sum, bias);
      // Both sums are off by half an epsilon of at most `inputs` for each term.
      float tolerance = 0x1p-23f * (float)(inputs + 8) * sqrtf((float)inputs + 1) + 2e-6f;
      // A result on the border of two bfloat16 may be rounded either way.
      float rounding = 0x1p-8f * (2 + sqrtf((float)inputs));
      for (int activation = VIT_IDENTITY; activation <= VIT_TANH; activation++) {
        vit_application application = {.rows = rows, .input = input, .activation = activation};
        apply(a, application, expected);
        apply(b, application, result);
        compare(set->name, names[p], all[s], expected, result, rows * outputs, tolerance);
        apply(packed, application, expected);
        compare(set->name, "packed before", all[s], expected, result, rows * outputs, 0);
        application.residual = residual;
        apply(a, application, expected);
        apply(b, application, result);
        compare(set->name, "residual", all[s], expected, result, rows * outputs, tolerance);
        application.residual = NULL;
        application.out_type = VIT_BFLOAT16;
        apply(a, application, expected);
        apply(b, application, result);
        compare(
          set->name, "out in bfloat16", all[s], expected, result, rows * outputs,
          tolerance + rounding);
      }
      vit_application application = {.rows = rows, .input = input, .norm = &norm};
      apply(a, application, expected);
      apply(b, application, result);
      // A norm divides by what may be small, and rounding to the precision magnifies an epsilon.
      float magnified = p == VIT_FLOAT32 ? 16 * tolerance : 0x1p-6f * (2 + sqrtf((float)inputs));
      compare(set->name, "norm", all[s], expected, result, rows * outputs, magnified);
      if (p == VIT_BFLOAT16) {
        application = (vit_application){.rows = rows, .input = half, .input_type = VIT_BFLOAT16};
        apply(a, application, expected);
        apply(b, application, result);
        compare(set->name, "bfloat16 in", all[s], expected, result, rows * outputs, tolerance);
      }
      vit_linear_destroy(a), vit_linear_destroy(b), vit_linear_destroy(packed);
    }
    free(input), free(weight), free(bias), free(residual), free(expected), free(result);
    free(norm_weight), free(norm_bias), free(half);
  }
}

// Sums over the halves of the inputs: as good as one chain, and the same bits from each by itself.
static void check_halves(const vit_kernels *set) {
  static const size_t all[][3] = {{1, 128, 128}, {7, 256, 1664}, {50, 128, 4096}};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t rows = all[s][0], outputs = all[s][1], inputs = all[s][2], count = rows * outputs;
    float *input = random_floats(rows * inputs, 1), *weight = random_floats(outputs * inputs, 1);
    float *bias = random_floats(outputs, 1), *residual = random_floats(count, 1);
    float *chain = random_floats(count, 1), *both = random_floats(count, 1);
    float *first = random_floats(count, 1), *second = random_floats(count, 1);
    for (int p = VIT_FLOAT32; p <= VIT_BFLOAT16; p++) {
      vit_linear *linear = vit_linear_create(set, p, outputs, inputs, weight, bias);
      vit_application application = {.rows = rows, .input = input, .residual = residual};
      apply(linear, application, chain);
      application.summing = VIT_BOTH_HALVES;
      apply(linear, application, both);
      float tolerance = 0x1p-23f * (float)(inputs + 8) * sqrtf((float)inputs);
      compare(set->name, "both halves", all[s], chain, both, count, tolerance);
      application.residual = NULL;
      application.summing = VIT_FIRST_HALF;
      apply(linear, application, first);
      application.summing = VIT_SECOND_HALF;
      apply(linear, application, second);
      vit_linear_add_halves(linear, rows, first, second, residual, chain);
      compare(set->name, "halves added", all[s], both, chain, count, 0);
      vit_linear_destroy(linear);
    }
    free(input), free(weight), free(bias), free(residual), free(chain), free(both);
    free(first), free(second);
  }
}

// Elements from `at` on, of `values` or, in bfloat16, of `half`.
static vit_attention_input view(
  vit_precision p, const float *values, const uint16_t *half, size_t at, size_t stride) {
  vit_attention_input input = {p == VIT_FLOAT32 ? (const void *)(values + at) : half + at, stride};
  return input;
}

// Self-attention, and attention of the same queries to fewer or more keys with a bias.
static void check_attention(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t all[][3] = {{1, 1, 1}, {2, 3, 5}, {3, 16, 13}, {1, 17, 50}, {2, 64, 67}};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t heads = all[s][0], size = all[s][1], tokens = all[s][2], width = heads * size;
    size_t offsets[] = {0, tokens, tokens, tokens + 3}, rows = tokens + 3;
    size_t others[] = {0, tokens + 2, tokens + 2, tokens + 9}, other_rows = tokens + 9;
    size_t stride = 3 * width + 1, count = other_rows * stride;
    float *values = random_floats(count, 1);
    uint16_t *half = malloc(count * sizeof *half);
    scalar->to_bfloat16(values, count, count, half);
    float *bias = random_floats(heads * rows * other_rows, 1);
    for (size_t i = 0; i < heads * rows * other_rows; i += 5) bias[i] = -INFINITY;
    float *expected = random_floats(rows * width, 1), *result = random_floats(rows * width, 1);
    for (int i = 0; i < 16; i++) {
      // Of the first row alone, which has the same tile as the others.
      size_t wanted = i / 8 ? 1 : rows;
      vit_precision p = i / 4 % 2 ? VIT_BFLOAT16 : VIT_FLOAT32;
      int causal = i / 2 % 2, cross = i % 2;
      vit_attention attention = {
        .precision = p,
        .queries = view(p, values, half, 0, stride),
        .keys = view(p, values, half, width, stride),
        .values = view(p, values, half, 2 * width, stride),
        .query_offsets = offsets,
        .key_offsets = cross ? others : offsets,
        .sequences = 3,
        .heads = heads,
        .head_size = size,
        .scale = 1 / sqrtf((float)size),
        .bias = {cross ? bias : NULL, rows * other_rows, other_rows},
        .causal = causal,
        .query_offset = cross ? 1 : -1,
        .end_row = wanted,
        .out_type = VIT_FLOAT32,
        .out = expected,
      };
      vit_attention_apply(scalar, &attention);
      attention.out = result;
      vit_attention_apply(set, &attention);
      float tolerance = (p == VIT_FLOAT32 ? 0x1p-23f : 0x1p-8f) * (4 + sqrtf((float)size));
      const char *what = cross ? "attention to others" : "attention";
      compare(set->name, what, all[s], expected, result, wanted * width, tolerance);
    }
    free(values), free(half), free(bias), free(expected), free(result);
  }
}

static void check_rows(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t sizes[] = {1, 2, 3, 4, 5, 15, 16, 17, 192, 769};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t count = sizes[s], shape[] = {3, count, 0};
    float *input = random_floats(3 * count, 3), *weight = random_floats(count, 1);
    float *bias = random_floats(count, 1);
    float *expected = random_floats(3 * count, 1), *result = random_floats(3 * count, 1);
    // As it is, and with one element that is no number, or infinite.
    for (int broken = 0; broken < 3; broken++) {
      if (broken) input[count - 1] = broken == 1 ? NAN : -INFINITY;
      vit_layer_norm(scalar, input, 3, count, count, weight, bias, 1e-2f, expected);
      vit_layer_norm(set, input, 3, count, count, weight, bias, 1e-2f, result);
      compare(set->name, "layer norm", shape, expected, result, 3 * count, 1e-4f);
      for (size_t i = 0; i < 3 * count; i++) expected[i] = result[i] = input[i];
      vit_l2_normalize(scalar, expected, 3, count);
      vit_l2_normalize(set, result, 3, count);
      compare(set->name, "length", shape, expected, result, 3 * count, 1e-5f);
    }
    free(input), free(weight), free(bias), free(expected), free(result);
  }
}

// The bytes of activations are the scalar set's, to the last; signed ones are moved by 128.
static void check_bytes(const vit_kernels *scalar, const vit_kernels *set) {
  // The last value of each rounds to another byte in float64, or where the product is rounded too.
  static const float close[][4] = {
    {-0x1.97b722p+0f, 0x1.754b38p-2f, 0, -0x1.e06866p-16f},
    {-0x1.f60c5p-2f, 0x1.20f41cp+1f, 0, 0x1.6116bcp-26f},
    {-0x1.caf90cp+0f, 0x1.2f7dap+0f, 0, 0x1.66ce7p-20f}};
  enum { ROWS = 300, COUNT = 1027 };
  uint8_t *expected = malloc(COUNT), *result = malloc(COUNT);
  float *input = random_floats(ROWS * COUNT, 2), scale, offset, other_scale, other_offset;
  for (size_t row = 0; row < ROWS; row++) {
    float *values = input + row * COUNT;
    for (size_t i = 0; i < 4 && row < sizeof close / sizeof *close; i++) {
      for (size_t j = i; j < COUNT; j += 4) values[j] = close[row][i];
    }
    scalar->to_uint8(values, COUNT, COUNT, expected, &scale, &offset);
    set->to_uint8(values, COUNT, COUNT, result, &other_scale, &other_offset);
    if (offset != other_offset) {
      for (size_t i = 0; i < COUNT; i++) result[i] ^= 0x80;
    }
    if (scale == other_scale && memcmp(expected, result, COUNT) == 0) continue;
    failures++;
    printf("%s: row %zu has other bytes\n", set->name, row);
  }
  free(expected), free(result), free(input);
}

// One pass over an axis of `from` samples to `to`, each the mean of its neighbours, in both
// directions.
static void check_resize(const vit_kernels *scalar, const vit_kernels *set) {
  static const size_t all[][3] = {{1, 1, 1}, {7, 3, 5}, {3, 17, 9}, {64, 21, 33}, {200, 31, 70}};
  for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
    size_t from = all[s][0], to = all[s][1], other = all[s][2];
    int32_t stride = (int32_t)(from / to + 3), *start = malloc(to * sizeof *start);
    int32_t *length = malloc(to * sizeof *length);
    int32_t *weights = calloc(to * (size_t)stride, sizeof *weights);
    for (size_t i = 0; i < to; i++) {
      size_t first = i * from / to, end = first + (size_t)stride;
      if (end > from) end = from;
      start[i] = (int32_t)first;
      length[i] = (int32_t)(end - first);
      for (int32_t j = 0; j < length[i]; j++) {
        // A negative lobe, as bicubic and Lanczos have.
        weights[i * (size_t)stride + (size_t)j] = (j % 3 == 2 ? -1 : 2) * (1 << 22) / stride;
      }
    }
    vit_resize_windows windows = {(int32_t)to, stride, start, length, weights};
    void *packed = malloc(vit_resize_packed_bytes(set, &windows) + 1);
    if (vit_resize_pack(set, &windows, packed) != set) {
      failures++;
      printf("%s: refuses weights\n", set->name);
    }
    size_t source = 3 * from * other, target = 3 * to * other;
    uint8_t *input = malloc(source + VIT_RESIZE_SLACK);
    uint8_t *expected = malloc(target), *result = malloc(target);
    float *noise = random_floats(source, 128);
    for (size_t i = 0; i < source; i++) input[i] = (uint8_t)(noise[i] + 128);
    memset(input + source, 255, VIT_RESIZE_SLACK);
    for (int vertical = 0; vertical < 2; vertical++) {
      vit_resize_pass pass = {
        .windows = &windows,
        .packed = packed,
        .source = input,
        .source_stride = 3 * (vertical ? other : from),
        .rows = other,
        .row_bytes = 3 * other,
        .target = expected,
        .target_stride = 3 * (vertical ? other : to),
      };
      void (*apply)(const vit_kernels *, const vit_resize_pass *) =
        vertical ? vit_resize_vertical : vit_resize_horizontal;
      apply(scalar, &pass);
      pass.target = result;
      apply(set, &pass);
      if (memcmp(expected, result, target) == 0) continue;
      failures++;
      printf(
        "%s: resize %s [%zu, %zu, %zu] has other bits\n", set->name,
        vertical ? "of columns" : "of rows", from, to, other);
    }
    free(start), free(length), free(weights), free(packed), free(input), free(expected);
    free(result), free(noise);
  }
}

int main(int count, char **arguments) {
  const vit_kernels *scalar = vit_kernels_available(0), *set;
  printf("kernel sets tested:");
  for (size_t i = 0; (set = vit_kernels_available(i)) != NULL; i++) printf(" %s", set->name);
  printf("\n");
  if (count > 1 && strcmp(vit_kernels_active()->name, arguments[1]) != 0) {
    failures++;
    printf("%s is chosen instead of %s\n", vit_kernels_active()->name, arguments[1]);
  }
  for (size_t i = 1; (set = vit_kernels_available(i)) != NULL; i++) {
    check_linear(scalar, set);
    check_halves(set);
    check_attention(scalar, set);
    check_rows(scalar, set);
    check_bytes(scalar, set);
    check_resize(scalar, set);
  }
  printf(failures == 0 ? "all agree\n" : "%d disagreements\n", failures);
  return failures != 0;
}
