// Packing the weight of a linear layer into panels that a tile reads from front to back.
//
// A panel holds the groups of its columns, group after group; the last one is only as wide as
// whole vectors need. Panels lie one after another.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "../include/kernels.h"
#include "../include/threads.h"
#include "groups.h"

static void *aligned(size_t bytes) {
  void *memory = NULL;
  return posix_memalign(&memory, 64, bytes < 64 ? 64 : bytes) == 0 ? memory : NULL;
}

static void *zeros(size_t bytes) {
  void *memory = aligned(bytes);
  if (memory != NULL) memset(memory, 0, bytes);
  return memory;
}

// All but the weights, with zeros for bias, scales and sums.
static vit_linear *create(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs,
  const float *bias) {
  vit_linear *l = calloc(1, sizeof *l);
  if (l == NULL) return NULL;
  l->kernels = kernels;
  l->precision = precision;
  l->inputs = inputs;
  l->outputs = outputs;
  l->groups = vit_round_up(inputs, vit_group_size(precision)) / vit_group_size(precision);
  l->panels = vit_round_up(outputs, kernels->panel) / kernels->panel;
  l->panel_bytes = l->groups * kernels->panel * 4;
  l->bytes = vit_packed_bytes(precision, outputs, inputs, kernels->vector);
  size_t columns = l->panels * kernels->panel;
  l->bias = zeros(columns * sizeof(float));
  l->column_scale = zeros(columns * sizeof(float));
  l->column_sum = zeros(columns * sizeof(int32_t));
  if (!l->bias || !l->column_scale || !l->column_sum) {
    vit_linear_destroy(l);
    return NULL;
  }
  if (bias != NULL) memcpy(l->bias, bias, outputs * sizeof(float));
  return l;
}

// Memory for a weight, in huge pages where the system has them: a model's weights are some 100,000
// ordinary pages, whose first touch takes as long as packing does.
static void *weight_memory(size_t bytes) {
#ifdef __linux__
  const size_t huge = 2 << 20;
  if (bytes >= huge) {
    void *memory = NULL;
    if (posix_memalign(&memory, huge, bytes) != 0) return NULL;
    // Whole ones only: the rest would be rounded up. Where it is refused nothing changes.
    madvise(memory, bytes / huge * huge, MADV_HUGEPAGE);
    return memory;
  }
#endif
  return aligned(bytes);
}

static int own_weights(vit_linear *l) {
  l->owned = weight_memory(l->bytes);
  l->weights = l->owned;
  return l->owned != NULL;
}

typedef struct {
  vit_linear *linear;
  const float *weight;
} packing;

// One panel: its rows of the weight converted, then transposed group by group.
static void pack_panel(void *context, size_t index) {
  packing *p = context;
  vit_linear *l = p->linear;
  const vit_kernels *k = l->kernels;
  size_t first = index * k->panel, columns = vit_least(k->panel, l->outputs - first);
  size_t width = vit_round_up(columns, k->vector);
  const float *weight = p->weight + first * l->inputs;
  void *out = (char *)l->owned + index * l->panel_bytes;
  if (l->precision == VIT_FLOAT32) {
    k->transpose(weight, l->inputs * sizeof(float), columns, l->groups, width, out);
    return;
  }
  size_t row_bytes = l->groups * 4, padded = l->groups * vit_group_size(l->precision);
  char *converted = vit_scratch(VIT_SCRATCH_INPUT, columns * row_bytes);
  for (size_t c = 0; c < columns; c++) {
    const float *row = weight + c * l->inputs;
    char *to = converted + c * row_bytes;
    if (l->precision == VIT_BFLOAT16) {
      k->to_bfloat16(row, l->inputs, padded, (uint16_t *)to);
    } else {
      l->column_sum[first + c] =
        k->to_int8(row, l->inputs, padded, (int8_t *)to, &l->column_scale[first + c]);
    }
  }
  k->transpose(converted, row_bytes, columns, l->groups, width, out);
}

vit_linear *vit_linear_create(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs,
  const float *weight, const float *bias) {
  vit_linear *l = create(kernels, precision, outputs, inputs, bias);
  if (l == NULL || !own_weights(l)) {
    vit_linear_destroy(l);
    return NULL;
  }
  packing p = {l, weight};
  vit_pool_run(l->panels, pack_panel, &p);
  return l;
}

size_t vit_packed_bytes(vit_precision precision, size_t outputs, size_t inputs, size_t vector) {
  size_t groups = vit_round_up(inputs, vit_group_size(precision)) / vit_group_size(precision);
  return vit_round_up(outputs, vector) * groups * 4;
}

typedef struct {
  vit_linear *linear;
  const char *packed;  // of any alignment, as it is mapped from a file
  size_t panel, vector;
} repacking;

// One panel, column by column from the panels it comes from.
static void repack_panel(void *context, size_t index) {
  const repacking *p = context;
  vit_linear *l = p->linear;
  size_t panel = l->kernels->panel, first = index * panel;
  size_t columns = vit_least(panel, l->outputs - first);
  size_t width = vit_round_up(columns, l->kernels->vector);
  uint32_t *out = (uint32_t *)((char *)l->owned + index * l->panel_bytes);
  for (size_t c = 0; c < width; c++) {
    size_t from = (first + c) / p->panel * p->panel;  // the first column of the source's panel
    size_t source_width = vit_round_up(vit_least(p->panel, l->outputs - from), p->vector);
    const char *source = p->packed + (from * l->groups + (first + c - from)) * 4;
    for (size_t g = 0; g < l->groups; g++) {
      uint32_t group = 0;
      if (c < columns) memcpy(&group, source + g * source_width * 4, 4);
      out[g * width + c] = group;
    }
  }
}

vit_linear *vit_linear_create_packed(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs, size_t panel,
  size_t vector, const void *packed, const float *column_scale, const int32_t *column_sum,
  const float *bias) {
  vit_linear *l = create(kernels, precision, outputs, inputs, bias);
  if (l == NULL) return NULL;
  if (precision == VIT_INT8) {
    memcpy(l->column_scale, column_scale, outputs * sizeof(float));
    memcpy(l->column_sum, column_sum, outputs * sizeof(int32_t));
  }
  // Vectors show only in the width of the last panel.
  int same =
    panel == kernels->panel && vit_packed_bytes(precision, outputs, inputs, vector) == l->bytes;
  if (same && (uintptr_t)packed % 64 == 0) {
    l->weights = packed;
    return l;
  }
  if (!own_weights(l)) {
    vit_linear_destroy(l);
    return NULL;
  }
  if (same) {
    memcpy(l->owned, packed, l->bytes);
  } else {
    repacking p = {l, packed, panel, vector};
    vit_pool_run(l->panels, repack_panel, &p);
  }
  return l;
}

void vit_linear_destroy(vit_linear *linear) {
  if (linear == NULL) return;
  free(linear->owned);
  free(linear->bias);
  free(linear->column_scale);
  free(linear->column_sum);
  free(linear);
}
