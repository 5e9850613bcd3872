// Applying a packed linear layer.
//
// The result is cut into chunks of one panel times a block of rows, handed out one at a time where
// threads share a layer, so that one that loses its processor for a while delays only the chunk it
// is in. Within a chunk the inner dimension is taken in blocks, each multiplied with all rows before
// the next, so that the block of the panel stays in the second-level cache while the rows pass it. A
// sum goes on from block to block where it stopped: one chain over the whole inner dimension, or
// over each half of it, whatever the blocks, the tiles and the threads.
#include <string.h>

#include "../include/kernels.h"
#include "../include/threads.h"
#include "groups.h"

enum {
  // Groups of a block of the inner dimension: 192 KB of a panel of 64 columns.
  BLOCK_GROUPS = 768,
  // A block of the rows: with the panel's block it fits a second-level cache of 1 MB.
  BLOCK_BYTES = 512 * 1024,
  CHUNKS_PER_THREAD = 4,
  // Elements of the input that a thread prepares at once.
  PREPARED_ELEMENTS = 4096,
};

typedef struct {
  const vit_linear *linear;
  const vit_application *application;
  size_t rows;
  // The input as the tiles read it.
  char *prepared;
  size_t stride;
  float *scale, *offset;
  size_t prepare_rows;  // rows of a chunk of the preparation
  size_t row_blocks, inner_blocks;
  size_t first_panel, range, period;  // panels: of a range, and from one to the next
  size_t panels;  // of all ranges
  size_t threads;
} run;

// Norm and conversion of one row.
static void prepare_row(run *p, size_t row, float *normalized) {
  const vit_linear *l = p->linear;
  const vit_norm *norm = p->application->norm;
  size_t padded = l->groups * vit_group_size(l->precision);
  char *out = p->prepared + row * p->stride;
  if (p->application->input_type == VIT_BFLOAT16) {
    memset(out + (l->groups - 1) * 4, 0, 4);
    memcpy(out, (const uint16_t *)p->application->input + row * l->inputs, l->inputs * 2);
    return;
  }
  const float *input = (const float *)p->application->input + row * l->inputs;
  if (norm != NULL) {
    float *to = l->precision == VIT_FLOAT32 ? (float *)out : normalized;
    l->kernels->layer_norm(input, l->inputs, norm->weight, norm->bias, norm->epsilon, to);
    input = to;
  }
  if (l->precision == VIT_BFLOAT16) {
    l->kernels->to_bfloat16(input, l->inputs, padded, (uint16_t *)out);
  } else if (l->precision == VIT_INT8) {
    l->kernels->to_uint8(
      input, l->inputs, padded, (uint8_t *)out, &p->scale[row], &p->offset[row]);
  }
}

static void prepare_rows(void *context, size_t index) {
  run *p = context;
  float *normalized = vit_scratch(VIT_SCRATCH_ROW, p->linear->inputs * sizeof(float));
  size_t end = vit_least(p->rows, (index + 1) * p->prepare_rows);
  for (size_t r = index * p->prepare_rows; r < end; r++) prepare_row(p, r, normalized);
}

static size_t panel_of_chunk(const run *p, size_t index) {
  size_t at = index % p->panels;
  return p->first_panel + at / p->range * p->period + at % p->range;
}

// What this thread is likely to need after the i-th chunk: panels or half of one, of the next layer
// at the end.
static const char *panel_after(const run *p, size_t index, const char **end) {
  const vit_linear *l = p->linear;
  const vit_application *a = p->application;
  vit_summing summing = a->summing;
  // The others take the chunks in between.
  size_t later = index + p->threads, chunks = p->row_blocks * p->panels;
  if (later < chunks) {
    later = panel_of_chunk(p, later);
  } else if (a->next != NULL && a->next->panels > 0) {
    l = a->next;
    summing = a->next_summing;
    later = (a->next_output / l->kernels->panel + later - chunks) % l->panels;
  } else {
    return *end = NULL;
  }
  const char *panel = (const char *)l->weights + later * l->panel_bytes;
  const char *middle = panel + l->panel_bytes / 2;
  // The other half of this panel comes before the same half of the one after it.
  *end = summing == VIT_FIRST_HALF    ? middle
    : summing == VIT_SECOND_HALF ? panel + l->panel_bytes
                                 : (const char *)l->weights + l->bytes;
  return summing == VIT_SECOND_HALF ? middle : panel;
}

// The first group of the i-th block. Halves have blocks of their own: what does not divide evenly
// must not move the middle.
static size_t block_start(const run *p, size_t i) {
  size_t groups = p->linear->groups, blocks = p->inner_blocks;
  if (p->application->summing == VIT_ONE_CHAIN) return vit_part_start(groups, blocks, i);
  size_t half = blocks / 2;
  if (i <= half) return vit_part_start(groups / 2, half, i);
  return groups / 2 + vit_part_start(groups / 2, half, i - half);
}

// sums = other + sums
static void add(const float *other, size_t count, float *sums) {
  for (size_t i = 0; i < count; i++) sums[i] = other[i] + sums[i];
}

static void multiply_chunk(void *context, size_t index) {
  run *p = context;
  const vit_linear *l = p->linear;
  const vit_kernels *k = l->kernels;
  size_t panel = panel_of_chunk(p, index), row_block = index / p->panels;
  size_t first_column = panel * k->panel;
  size_t columns = vit_least(k->panel, l->outputs - first_column);
  size_t vectors = vit_round_up(columns, k->vector) / k->vector;
  size_t begin = vit_part_start(p->rows, p->row_blocks, row_block);
  size_t rows = vit_part_start(p->rows, p->row_blocks, row_block + 1) - begin;
  size_t tile_rows = k->tile_rows[l->precision];
  size_t tiles = vit_round_up(rows, tile_rows) / tile_rows;
  size_t element = p->application->out_type == VIT_BFLOAT16 ? 2 : 4;
  size_t group_bytes = vectors * k->vector * 4;
  const char *weights = (const char *)l->weights + panel * l->panel_bytes;
  const char *later_end, *later = panel_after(p, index, &later_end);

  vit_summing summing = p->application->summing;
  size_t half = p->inner_blocks / 2;  // blocks
  size_t first_block = summing == VIT_SECOND_HALF ? half : 0;
  size_t end_block = summing == VIT_FIRST_HALF ? half : p->inner_blocks;
  int is_half = summing == VIT_FIRST_HALF || summing == VIT_SECOND_HALF;

  // With one block a tile's sums are finished before the next tile needs the place.
  size_t kept_rows = p->inner_blocks == 1 ? tile_rows : rows;
  // The sums of one half go to their place, those of two are kept in two places.
  size_t kept = kept_rows * VIT_PANEL_COLUMNS, sums_stride = is_half ? l->outputs : VIT_PANEL_COLUMNS;
  float *sums = is_half ? (float *)p->application->out + begin * l->outputs + first_column
                        : vit_scratch(VIT_SCRATCH_SUMS, 2 * kept * sizeof(float));
  vit_tile tile = {.a_stride = p->stride, .out_stride = sums_stride};
  vit_finish finish = {
    .sums_stride = VIT_PANEL_COLUMNS,
    .columns = columns,
    .bias = l->bias + first_column,
    .out_type = p->application->out_type,
    .out_stride = l->outputs,
    .activation = p->application->activation,
    .column_scale = l->precision == VIT_INT8 ? l->column_scale + first_column : NULL,
    .column_sum = l->column_sum + first_column,
  };
  for (size_t i = first_block; i < end_block; i++) {
    size_t group = block_start(p, i), end_group = block_start(p, i + 1);
    int last = i + 1 == end_block, second = summing == VIT_BOTH_HALVES && i >= half;
    tile.b = weights + group * group_bytes;
    tile.groups = end_group - group;
    tile.resume = i > first_block && !(second && i == half);
    // Four tiles fetch a line a group of what is likely to be needed next: the panel's next block
    // or, after the last one, the panel that this thread will probably have. They are spread over
    // all, so that the memory has time.
    const char *next = last ? later : weights + end_group * group_bytes;
    const char *next_end = last ? later_end : weights + block_start(p, end_block) * group_bytes;
    for (size_t t = 0; t < tiles; t++) {
      size_t row = begin + vit_part_start(rows, tiles, t);
      finish.rows = begin + vit_part_start(rows, tiles, t + 1) - row;
      tile.a = p->prepared + row * p->stride + group * 4;
      float *of_row = sums + (kept_rows == rows ? row - begin : 0) * sums_stride;
      tile.out = of_row + (second ? kept : 0);
      int turn = t == 0 || t * 4 / tiles != (t - 1) * 4 / tiles;
      int fetch = turn && next < next_end && tile.groups * 64 <= (size_t)(next_end - next);
      tile.prefetch = fetch ? next : tile.b;
      tile.prefetch_step = fetch ? 64 : 0;
      if (fetch) next += tile.groups * 64;
      k->tile[l->precision](&tile, finish.rows, vectors);
      if (!last || is_half) continue;
      for (size_t r = 0; second && r < finish.rows; r++) {
        add(of_row + r * sums_stride, columns, of_row + kept + r * sums_stride);
      }

      size_t at = row * l->outputs + first_column;
      finish.sums = tile.out;
      finish.out = (char *)p->application->out + at * element;
      const float *residual = p->application->residual;
      finish.residual = residual == NULL ? NULL : residual + at;
      if (l->precision == VIT_INT8) {
        finish.row_scale = p->scale + row;
        finish.row_offset = p->offset + row;
      }
      k->finish(&finish);
    }
  }
}

void vit_linear_apply(const vit_linear *l, const vit_application *application) {
  size_t rows = application->rows;
  if (rows == 0 || l->outputs == 0) return;
  run p = {
    .linear = l,
    .application = application,
    .rows = rows,
    .prepared = (char *)application->input,
    .stride = l->groups * 4,
    .threads = vit_pool_thread_count(),
    .range = l->panels,
    .panels = l->panels,
  };
  if (application->end_output > 0) {
    size_t panel = l->kernels->panel;
    p.first_panel = application->first_output / panel;
    p.range = vit_round_up(application->end_output, panel) / panel - p.first_panel;
    p.period = application->period / panel;
    size_t rest = l->outputs - application->first_output, period = application->period;
    p.panels = p.range * (period > 0 ? vit_round_up(rest, period) / period : 1);
  }
  vit_precision type = application->input_type;
  int as_it_is = type == l->precision && l->inputs % vit_group_size(type) == 0;
  if (!as_it_is || application->norm != NULL) {
    p.stride = vit_round_up(p.stride, 64);
    size_t scales = vit_round_up(rows * sizeof(float), 64);
    char *memory = vit_scratch(VIT_SCRATCH_INPUT, rows * p.stride + 2 * scales);
    p.prepared = memory;
    p.scale = (float *)(memory + rows * p.stride);
    p.offset = (float *)(memory + rows * p.stride + scales);
    p.prepare_rows = vit_most(1, PREPARED_ELEMENTS / vit_most(l->inputs, 1));
    vit_pool_run(vit_round_up(rows, p.prepare_rows) / p.prepare_rows, prepare_rows, &p);
  }
  p.inner_blocks = vit_most(1, vit_round_up(l->groups, BLOCK_GROUPS) / BLOCK_GROUPS);
  if (application->summing != VIT_ONE_CHAIN) p.inner_blocks = vit_round_up(p.inner_blocks, 2);
  size_t row_bytes = vit_most(1, l->groups * 4 / p.inner_blocks);
  size_t tile_rows = l->kernels->tile_rows[l->precision];
  size_t block_rows = vit_most(8 * tile_rows, BLOCK_BYTES / row_bytes);
  p.row_blocks = vit_round_up(rows, block_rows) / block_rows;
  size_t wanted = vit_round_up(p.threads * CHUNKS_PER_THREAD, p.panels) / p.panels;
  if (p.threads > 1) p.row_blocks = vit_most(p.row_blocks, vit_least(wanted, rows / tile_rows));
  p.row_blocks = vit_most(p.row_blocks, 1);
  vit_pool_run(p.row_blocks * p.panels, multiply_chunk, &p);
}

void vit_linear_add_halves(
  const vit_linear *l, size_t rows, const float *first, const float *second, const float *residual,
  float *out) {
  size_t columns = l->outputs;
  float *sums = vit_scratch(VIT_SCRATCH_SUMS, vit_round_up(columns, VIT_PANEL_COLUMNS) * sizeof(float));
  for (size_t r = 0; r < rows; r++) {
    memcpy(sums, second + r * columns, columns * sizeof(float));
    add(first + r * columns, columns, sums);
    l->kernels->finish(&(vit_finish){
      .sums = sums,
      .sums_stride = columns,
      .rows = 1,
      .columns = columns,
      .bias = l->bias,
      .residual = residual + r * columns,
      .out = out + r * columns,
      .out_stride = columns,
    });
  }
}
