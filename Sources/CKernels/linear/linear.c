// Applying a packed linear layer.
//
// The result is cut into chunks of one panel times a block of rows, handed out one at a time, so
// that a thread that loses its processor for a while delays only the chunk it is in. The whole
// inner dimension is summed inside a tile. A block of rows is kept small enough to stay in the
// second-level cache while the panels stream past it.
#include <string.h>

#include "../include/kernels.h"
#include "../include/threads.h"
#include "groups.h"

// Rows that are held in cache: half of a second-level cache of 1 MB.
enum { BLOCK_BYTES = 512 * 1024, CHUNKS_PER_THREAD = 4 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t most(size_t a, size_t b) { return a > b ? a : b; }

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
    .sums = sums,
    .sums_stride = VIT_PANEL_COLUMNS,
    .columns = columns,
    .bias = l->bias + first_column,
    .out_stride = l->outputs,
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

    size_t at = row * l->outputs + first_column;
    finish.rows = count;
    finish.out = p->out + at;
    finish.residual = p->residual == NULL ? NULL : p->residual + at;
    if (l->precision == VIT_INT8) {
      finish.row_scale = p->scale + row;
      finish.row_zero = p->zero + row;
    }
    k->finish(&finish);
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
