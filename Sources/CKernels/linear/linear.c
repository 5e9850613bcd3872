// A linear layer: packed once, applied many times.
//
// The result is cut into chunks of one panel times a block of rows, handed out one at a time, so
// that a thread that loses its processor for a while delays only the chunk it is in. The whole
// inner dimension is summed inside a tile. A block of rows is kept small enough to stay in the
// second-level cache while the panels stream past it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../include/kernels.h"
#include "../include/threads.h"
#include "pack.h"

// Rows that are held in cache: half of a second-level cache of 1 MB.
enum { BLOCK_BYTES = 512 * 1024, CHUNKS_PER_THREAD = 4 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t most(size_t a, size_t b) { return a > b ? a : b; }

static void *aligned(size_t bytes) {
  void *memory = NULL;
  return posix_memalign(&memory, 64, most(bytes, 64)) == 0 ? memory : NULL;
}

typedef struct {
  vit_linear *linear;
  const float *weight;
} packing;

/// The scale of symmetric 8-bit weights: NaN when the column has NaN or infinity.
static float weight_scale(const float *column, size_t count) {
  float largest = 0, poison = 0;
  for (size_t k = 0; k < count; k++) {
    float size = fabsf(column[k]);
    largest = size > largest ? size : largest;
    poison += column[k] * 0;
  }
  return poison == 0 ? largest / 127 : NAN;
}

static void pack_panel(void *context, size_t index) {
  packing *p = context;
  vit_linear *l = p->linear;
  size_t panel = l->kernels->panel, first = index * panel;
  size_t columns = least(panel, l->outputs - first);
  size_t width = vit_round_up(columns, l->kernels->vector);
  const float *weight = p->weight + first * l->inputs;
  void *out = (char *)l->weights + index * l->panel_bytes;
  switch (l->precision) {
    case VIT_FLOAT32:
      vit_pack_float32(weight, 1, l->inputs, l->inputs, columns, width, out);
      break;
    case VIT_BFLOAT16:
      vit_pack_bfloat16(weight, 1, l->inputs, l->inputs, columns, width, out);
      break;
    default:
      for (size_t c = 0; c < columns; c++) {
        l->column_scale[first + c] = weight_scale(weight + c * l->inputs, l->inputs);
      }
      vit_pack_int8(
        weight, l->inputs, l->column_scale + first, l->inputs, columns, width, out,
        l->column_sum + first);
  }
}

vit_linear *vit_linear_create(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs,
  const float *weight, const float *bias) {
  vit_linear *l = calloc(1, sizeof *l);
  if (l == NULL) return NULL;
  size_t panel = kernels->panel;
  l->kernels = kernels;
  l->precision = precision;
  l->inputs = inputs;
  l->outputs = outputs;
  l->groups = vit_round_up(inputs, vit_group_size(precision)) / vit_group_size(precision);
  l->panels = vit_round_up(outputs, panel) / panel;
  l->panel_bytes = l->groups * panel * 4;
  size_t narrower = l->panels * panel - vit_round_up(outputs, kernels->vector);
  l->bytes = l->panels * l->panel_bytes - l->groups * narrower * 4;

  size_t columns = l->panels * panel;
  l->weights = aligned(l->bytes);
  l->bias = aligned(columns * sizeof(float));
  l->column_scale = aligned(columns * sizeof(float));
  l->column_sum = aligned(columns * sizeof(int32_t));
  if (!l->weights || !l->bias || !l->column_scale || !l->column_sum) {
    vit_linear_destroy(l);
    return NULL;
  }
  memset(l->bias, 0, columns * sizeof(float));
  memset(l->column_scale, 0, columns * sizeof(float));
  memset(l->column_sum, 0, columns * sizeof(int32_t));
  if (bias != NULL) memcpy(l->bias, bias, outputs * sizeof(float));
  packing p = {l, weight};
  vit_pool_run(l->panels, pack_panel, &p);
  return l;
}

void vit_linear_destroy(vit_linear *linear) {
  if (linear == NULL) return;
  free(linear->weights);
  free(linear->bias);
  free(linear->column_scale);
  free(linear->column_sum);
  free(linear);
}

typedef struct {
  const vit_linear *linear;
  const float *input;
  float *out;
  const float *residual;
  vit_activation activation;
  size_t rows;
  // The input as the tiles read it.
  char *converted;
  size_t stride;
  float *scale;
  int32_t *zero;
  size_t convert_rows;  // rows of a chunk of the conversion
  size_t row_blocks;
  size_t ahead;  // chunks between one of this thread and its next, as a guess
} application;

static void convert_rows(void *context, size_t index) {
  application *p = context;
  const vit_linear *l = p->linear;
  size_t padded = l->groups * vit_group_size(l->precision);
  size_t end = least(p->rows, (index + 1) * p->convert_rows);
  for (size_t r = index * p->convert_rows; r < end; r++) {
    const float *input = p->input + r * l->inputs;
    char *out = p->converted + r * p->stride;
    switch (l->precision) {
      case VIT_FLOAT32: memcpy(out, input, l->inputs * sizeof(float)); break;
      case VIT_BFLOAT16:
        l->kernels->to_bfloat16(input, l->inputs, padded, (uint16_t *)out);
        break;
      default:
        l->kernels->to_uint8(
          input, l->inputs, padded, (uint8_t *)out, &p->scale[r], &p->zero[r]);
    }
  }
}

/// The first row of the i-th of `parts` parts of `rows` rows that differ by at most one row.
static size_t part_start(size_t rows, size_t parts, size_t i) {
  size_t size = rows / parts, larger = rows % parts;
  return i * size + least(i, larger);
}

static void multiply_chunk(void *context, size_t index) {
  application *p = context;
  const vit_linear *l = p->linear;
  const vit_kernels *k = l->kernels;
  size_t panel = index % l->panels, block = index / l->panels;
  size_t first_column = panel * k->panel;
  size_t columns = least(k->panel, l->outputs - first_column);
  size_t vectors = vit_round_up(columns, k->vector) / k->vector;
  size_t begin = part_start(p->rows, p->row_blocks, block);
  size_t rows = part_start(p->rows, p->row_blocks, block + 1) - begin;
  size_t tiles = vit_round_up(rows, VIT_TILE_ROWS) / VIT_TILE_ROWS;

  // Each tile fetches one line a group of the panel this thread is likely to need next.
  size_t later = (index + p->ahead) % l->panels;
  const char *next = (const char *)l->weights + later * l->panel_bytes;
  const char *next_end = (const char *)l->weights + least((later + 1) * l->panel_bytes, l->bytes);

  _Alignas(64) float sums[VIT_TILE_ROWS * VIT_PANEL_COLUMNS];
  vit_tile tile = {
    .a_stride = p->stride,
    .b = (const char *)l->weights + panel * l->panel_bytes,
    .groups = l->groups,
    .out = sums,
    .out_stride = VIT_PANEL_COLUMNS,
  };
  vit_finish finish = {
    .columns = columns,
    .bias = l->bias + first_column,
    .activation = p->activation,
    .column_scale = l->precision == VIT_INT8 ? l->column_scale + first_column : NULL,
    .column_sum = l->column_sum + first_column,
  };
  for (size_t t = 0; t < tiles; t++) {
    size_t row = begin + part_start(rows, tiles, t);
    size_t count = begin + part_start(rows, tiles, t + 1) - row;
    tile.a = p->converted + row * p->stride;
    int fetch = next + l->groups * 64 <= next_end;
    tile.prefetch = fetch ? next : tile.b;
    tile.prefetch_step = fetch ? 64 : 0;
    if (fetch) next += l->groups * 64;
    k->tile[l->precision](&tile, count, vectors);
    for (size_t r = 0; r < count; r++) {
      size_t at = (row + r) * l->outputs + first_column;
      finish.sums = sums + r * VIT_PANEL_COLUMNS;
      finish.out = p->out + at;
      finish.residual = p->residual == NULL ? NULL : p->residual + at;
      if (l->precision == VIT_INT8) {
        finish.row_scale = p->scale[row + r];
        finish.row_zero = p->zero[row + r];
      }
      k->finish(&finish);
    }
  }
}

void vit_linear_apply(
  const vit_linear *l, const float *input, size_t rows, float *out, vit_activation activation,
  const float *residual) {
  if (rows == 0 || l->outputs == 0) return;
  application p = {
    .linear = l,
    .input = input,
    .out = out,
    .residual = residual,
    .activation = activation,
    .rows = rows,
    .converted = (char *)input,
    .stride = l->inputs * sizeof(float),
  };
  size_t threads = vit_pool_thread_count();
  size_t row_bytes = l->groups * 4;
  // Rows a multiple of 4096 bytes apart would all fall into one set of the first-level cache.
  int conflict = row_bytes % 4096 == 0 && rows > 1;
  if (l->precision != VIT_FLOAT32 || conflict) {
    p.stride = vit_round_up(row_bytes, 64) + (conflict ? 64 : 0);
    size_t scales = vit_round_up(rows * sizeof(float), 64);
    char *memory = vit_scratch(VIT_SCRATCH_INPUT, rows * p.stride + 2 * scales);
    p.converted = memory;
    p.scale = (float *)(memory + rows * p.stride);
    p.zero = (int32_t *)(memory + rows * p.stride + scales);
    // Waking the others costs about as much as converting some ten thousand elements.
    p.convert_rows = most(1, most(rows / (threads * CHUNKS_PER_THREAD), 8192 / (l->inputs + 1)));
    vit_pool_run(vit_round_up(rows, p.convert_rows) / p.convert_rows, convert_rows, &p);
  }
  size_t block_rows = most(8 * VIT_TILE_ROWS, BLOCK_BYTES / most(p.stride, 1));
  p.row_blocks = vit_round_up(rows, block_rows) / block_rows;
  size_t wanted = vit_round_up(threads * CHUNKS_PER_THREAD, l->panels) / l->panels;
  if (threads > 1) p.row_blocks = most(p.row_blocks, least(wanted, rows / VIT_TILE_ROWS));
  p.row_blocks = most(p.row_blocks, 1);
  p.ahead = threads;
  vit_pool_run(p.row_blocks * l->panels, multiply_chunk, &p);
}
