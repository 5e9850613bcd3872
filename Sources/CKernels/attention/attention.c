// Attention, one operation per sequence, head and block of queries: softmax(scale · Q Kᵀ + bias) V.
//
// K of a head, transposed, and V are packed like weights, and both products use the tiles of the
// linear layers. The scores of one tile's queries live in the second-level cache and are gone when
// their result is stored.
#include <string.h>

#include "../include/attention.h"
#include "../include/threads.h"
#include "../linear/groups.h"

typedef struct {
  const vit_kernels *kernels;
  const vit_attention *attention;
  size_t element;  // bytes of an element of the inputs
  size_t first_head, heads;
  size_t query_blocks;  // of each head of each sequence
  size_t tile_rows;
} run;

// A row of one head.
static const char *row_of(
  const run *p, const vit_attention_input *input, size_t row, size_t head) {
  size_t at = row * input->stride + head * p->attention->head_size;
  return (const char *)input->first + at * p->element;
}

// Rows of one head as the tiles count them, in whole groups. Where the head's size is not a
// multiple of a group, `padded` takes a copy with zeros after each row.
static const char *whole_groups(
  const run *p, const char *rows, size_t *stride, size_t count, char *padded) {
  size_t bytes = p->attention->head_size * p->element;
  if (bytes % 4 == 0) return rows;
  size_t whole = vit_round_up(bytes, 4);
  for (size_t i = 0; i < count; i++) {
    memset(padded + (i + 1) * whole - 4, 0, 4);
    memcpy(padded + i * whole, rows + i * *stride, bytes);
  }
  *stride = whole;
  return padded;
}

// The first column of the i-th of the panels that hold `columns` columns, which is a multiple of
// the vector: they differ by at most a vector, as a narrow one leaves too few sums in flight.
static size_t panel_start(const vit_kernels *k, size_t columns, size_t i) {
  size_t vectors = columns / k->vector, widest = k->panel / k->vector;
  return vit_part_start(vectors, vit_round_up(vectors, widest) / widest, i) * k->vector;
}

// K of a head, `keys` rows `stride` bytes apart: panels of keys.
static void pack_keys(
  const run *p, const char *of_k, size_t stride, size_t keys, size_t groups, char *padded,
  char *out) {
  const vit_kernels *k = p->kernels;
  size_t columns = vit_round_up(keys, k->vector);
  for (size_t i = 0, first = 0, end; first < columns; i++, first = end) {
    end = panel_start(k, columns, i + 1);
    size_t count = vit_least(end, keys) - first, apart = stride;
    const char *rows = whole_groups(p, of_k + first * stride, &apart, count, padded);
    k->transpose(rows, apart, count, groups, end - first, out + first * groups * 4);
  }
}

// V of a head, `keys` rows `stride` bytes apart: panels of columns.
static void pack_values(
  const run *p, const char *of_v, size_t stride, size_t keys, size_t groups, char *out) {
  const vit_kernels *k = p->kernels;
  size_t size = p->attention->head_size, columns = vit_round_up(size, k->vector);
  for (size_t i = 0, first = 0, end; first < columns; i++, first = end) {
    end = panel_start(k, columns, i + 1);
    size_t count = vit_least(end, size) - first, width = end - first;
    char *panel = out + first * groups * 4;
    const char *from = of_v + first * p->element;
    for (size_t g = 0; g < groups; g++) {
      char *to = panel + g * width * 4;
      if (p->attention->precision == VIT_FLOAT32) {
        memcpy(to, from + g * stride, count * sizeof(float));
        memset(to + count * 4, 0, (width - count) * 4);
      } else {
        const uint16_t *one = (const uint16_t *)(from + 2 * g * stride);
        const uint16_t *other = (const uint16_t *)(from + (2 * g + 1) * stride);
        k->interleave(one, 2 * g + 1 < keys ? other : NULL, count, width, (uint16_t *)to);
      }
    }
  }
}

// `rows` rows of A times the panels of B that hold the first `wanted` of its columns; the result is
// written in whole panels.
static void multiply(
  const run *p, const void *a, size_t a_stride, size_t rows, const char *b, size_t groups,
  size_t b_groups, size_t wanted, size_t columns, float *out, size_t out_stride) {
  const vit_kernels *k = p->kernels;
  columns = vit_round_up(columns, k->vector);
  for (size_t i = 0, first = 0, end; first < wanted; i++, first = end) {
    end = panel_start(k, columns, i + 1);
    const char *of_b = b + first * b_groups * 4;
    vit_tile tile = {
      .a = a,
      .a_stride = a_stride,
      .b = of_b,
      .groups = groups,
      .out = out + first,
      .out_stride = out_stride,
      .prefetch = of_b,
    };
    k->tile[p->attention->precision](&tile, rows, (end - first) / k->vector);
  }
}

static void attend(void *context, size_t index) {
  const run *p = context;
  const vit_attention *a = p->attention;
  const vit_kernels *k = p->kernels;
  size_t block = index % p->query_blocks;
  size_t head = p->first_head + index / p->query_blocks % p->heads;
  size_t sequence = index / p->query_blocks / p->heads;
  size_t start = a->query_offsets[sequence], end = a->query_offsets[sequence + 1];
  size_t first_key = a->key_offsets[sequence];
  size_t all_keys = a->key_offsets[sequence + 1] - first_key;
  if (a->end_row <= start || a->first_row >= end) return;
  // Queries are counted from the sequence's start, and so are tiles, whichever rows are wanted: a
  // row's bits do not depend on that.
  size_t first_query = vit_most(a->first_row, start) - start;
  size_t end_query = vit_least(a->end_row, end) - start;
  size_t tile_rows = p->tile_rows, before = first_query / tile_rows;
  size_t tiles = vit_round_up(end_query, tile_rows) / tile_rows - before;
  size_t first_tile = before + tiles * block / p->query_blocks;
  size_t end_tile = before + tiles * (block + 1) / p->query_blocks;
  if (first_tile == end_tile) return;
  size_t queries = end - start, keys = all_keys, position = 0;
  if (a->causal) {
    position = a->query_offset >= 0 ? (size_t)a->query_offset : all_keys - queries;
    keys = vit_least(keys, position + end_tile * tile_rows);
  }

  size_t group = vit_group_size(a->precision), size = a->head_size;
  size_t head_groups = vit_round_up(size, group) / group;
  size_t key_groups = vit_round_up(keys, group) / group;
  size_t key_columns = vit_round_up(keys, k->panel), head_columns = vit_round_up(size, k->panel);
  size_t score_stride = key_columns + 16;
  size_t weight_stride = vit_round_up(key_groups * 4, 64) + 64;

  char *memory = vit_scratch(
    VIT_SCRATCH_ATTENTION,
    4 * (head_groups * key_columns + key_groups * head_columns)
      + tile_rows * (4 * score_stride + 4 * head_columns + weight_stride)
      + vit_most(k->panel, tile_rows) * head_groups * 4);
  char *of_k = memory;
  char *of_v = of_k + 4 * head_groups * key_columns;
  float *scores = (float *)(of_v + 4 * key_groups * head_columns);
  float *sums = scores + tile_rows * score_stride;
  char *weights = (char *)(sums + tile_rows * head_columns);
  char *padded = weights + tile_rows * weight_stride;

  pack_keys(
    p, row_of(p, &a->keys, first_key, head), a->keys.stride * p->element, keys, head_groups, padded,
    of_k);
  pack_values(
    p, row_of(p, &a->values, first_key, head), a->values.stride * p->element, keys, key_groups,
    of_v);

  int half = a->precision == VIT_BFLOAT16;
  size_t out_element = a->out_type == VIT_BFLOAT16 ? 2 : 4;
  for (size_t t = first_tile; t < end_tile; t++) {
    size_t tile_end = vit_least(queries, (t + 1) * tile_rows);
    size_t first = vit_most(first_query, t * tile_rows);
    size_t rows = vit_least(end_query, tile_end) - first;
    // With a causal mask no query of the tile sees further than its last.
    size_t seen = a->causal ? position + tile_end : keys;
    size_t seen_groups = vit_round_up(seen, group) / group;

    size_t query_stride = a->queries.stride * p->element;
    const char *of_q = whole_groups(
      p, row_of(p, &a->queries, start + first, head), &query_stride, rows, padded);
    multiply(
      p, of_q, query_stride, rows, of_k, head_groups, head_groups, seen, keys, scores,
      score_stride);

    float total[VIT_MAX_TILE_ROWS];
    const vit_attention_bias *bias = &a->bias;
    size_t bias_at = head * bias->head_stride + first * bias->query_stride;
    k->exponentials(&(vit_exponentials){
      .scores = scores,
      .stride = score_stride,
      .rows = rows,
      .count = a->causal ? position + first + 1 : keys,
      .growth = a->causal ? 1 : 0,
      .padded = seen_groups * group,
      .scale = a->scale,
      .bias = bias->first == NULL ? NULL : bias->first + bias_at,
      .bias_stride = bias->query_stride,
      .half = half ? (uint16_t *)weights : NULL,
      .half_stride = weight_stride / 2,
      .sums = total,
    });
    multiply(
      p, half ? (const void *)weights : scores, half ? weight_stride : score_stride * 4, rows,
      of_v, seen_groups, key_groups, size, size, sums, head_columns);
    for (size_t r = 0; r < rows; r++) {
      size_t at = ((start + first + r) * a->heads + head) * size;
      k->multiply(
        sums + r * head_columns, size, 1 / total[r], a->out_type,
        (char *)a->out + at * out_element);
    }
  }
}

void vit_attention_apply(const vit_kernels *kernels, const vit_attention *a) {
  if (a->sequences == 0 || a->heads == 0 || a->head_size == 0) return;
  run p = {
    .kernels = kernels,
    .attention = a,
    .element = a->precision == VIT_BFLOAT16 ? 2 : 4,
    .first_head = a->first_head,
    .heads = a->end_head > 0 ? a->end_head - a->first_head : a->heads,
    .query_blocks = 1,
    .tile_rows = kernels->tile_rows[a->precision],
  };
  // Few heads are cut into blocks of queries, which pack K and V once each.
  size_t units = a->sequences * p.heads, threads = vit_pool_thread_count();
  if (threads > 1 && units < 4 * threads) p.query_blocks = (4 * threads + units - 1) / units;
  vit_pool_run(units * p.query_blocks, attend, &p);
}
