// Self-attention, one operation per sequence, head and block of queries: softmax(s Q Kᵀ) V with
// s = head_size^-½ (Vaswani et al. 2017).
//
// K of a head, transposed, and V are packed like weights, and both products use the tiles of the
// linear layers. The scores of six queries live in the second-level cache and are gone when their
// result is stored.
#include <math.h>
#include <string.h>

#include "../include/kernels.h"
#include "../include/threads.h"
#include "../linear/groups.h"

typedef struct {
  const vit_kernels *kernels;
  vit_precision precision;
  const float *qkv;
  const size_t *offsets;
  size_t heads, head_size, width;
  size_t query_blocks;  // of each head of each sequence
  int causal;
  float scale;
  float *out;
} attention;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// K of a head, [keys, size] with rows `row` elements apart: panels of keys. `converted` has
/// room for a panel's keys in bfloat16.
static void pack_keys(
  const attention *p, const float *of_k, size_t row, size_t keys, size_t groups, char *converted,
  char *out) {
  const vit_kernels *k = p->kernels;
  for (size_t first = 0; first < keys; first += k->panel) {
    size_t count = least(k->panel, keys - first), width = vit_round_up(count, k->vector);
    const void *rows = of_k + first * row;
    size_t stride = row * sizeof(float);
    if (p->precision != VIT_FLOAT32) {
      for (size_t i = 0; i < count; i++) {
        k->to_bfloat16(
          of_k + (first + i) * row, p->head_size, 2 * groups,
          (uint16_t *)(converted + i * groups * 4));
      }
      rows = converted;
      stride = groups * 4;
    }
    k->transpose(rows, stride, count, groups, width, out + first * groups * 4);
  }
}

/// V of a head, [keys, size] with rows `row` elements apart: panels of columns.
static void pack_values(
  const attention *p, const float *of_v, size_t row, size_t keys, size_t groups, char *out) {
  const vit_kernels *k = p->kernels;
  for (size_t first = 0; first < p->head_size; first += k->panel) {
    size_t count = least(k->panel, p->head_size - first), width = vit_round_up(count, k->vector);
    char *panel = out + first * groups * 4;
    for (size_t g = 0; g < groups; g++) {
      char *to = panel + g * width * 4;
      if (p->precision == VIT_FLOAT32) {
        memcpy(to, of_v + g * row + first, count * sizeof(float));
        memset(to + count * 4, 0, (width - count) * 4);
      } else {
        const float *pair = of_v + 2 * g * row + first;
        k->interleave(pair, 2 * g + 1 < keys ? pair + row : NULL, count, width, (uint16_t *)to);
      }
    }
  }
}

/// `rows` rows of A times the panels of B that hold the first `wanted` of its `columns` columns;
/// the result is written in whole panels.
static void multiply(
  const attention *p, const void *a, size_t a_stride, size_t rows, const char *b, size_t groups,
  size_t b_groups, size_t wanted, size_t columns, float *out, size_t out_stride) {
  size_t panel = p->kernels->panel, vector = p->kernels->vector;
  for (size_t first = 0; first < wanted; first += panel) {
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
    size_t vectors = vit_round_up(least(panel, columns - first), vector) / vector;
    p->kernels->tile[p->precision](&tile, rows, vectors);
  }
}

static void attend(void *context, size_t index) {
  const attention *p = context;
  const vit_kernels *k = p->kernels;
  size_t block = index % p->query_blocks;
  size_t head = index / p->query_blocks % p->heads;
  size_t sequence = index / p->query_blocks / p->heads;
  size_t start = p->offsets[sequence], tokens = p->offsets[sequence + 1] - start;
  size_t tiles = vit_round_up(tokens, VIT_TILE_ROWS) / VIT_TILE_ROWS;
  size_t first_tile = tiles * block / p->query_blocks;
  size_t end_tile = tiles * (block + 1) / p->query_blocks;
  if (first_tile == end_tile) return;
  size_t keys = p->causal ? least(tokens, end_tile * VIT_TILE_ROWS) : tokens;

  size_t group = vit_group_size(p->precision), size = p->head_size;
  size_t head_groups = vit_round_up(size, group) / group;
  size_t key_groups = vit_round_up(keys, group) / group;
  size_t key_columns = vit_round_up(keys, k->panel), head_columns = vit_round_up(size, k->panel);
  size_t score_stride = key_columns + 16;
  size_t query_stride = vit_round_up(head_groups * 4, 64);
  size_t weight_stride = vit_round_up(key_groups * 4, 64) + 64;

  char *memory = vit_scratch(
    VIT_SCRATCH_ATTENTION,
    4 * (head_groups * key_columns + key_groups * head_columns)
      + VIT_TILE_ROWS * (4 * score_stride + 4 * head_columns + query_stride + weight_stride)
      + k->panel * head_groups * 4);
  char *of_k = memory;
  char *of_v = of_k + 4 * head_groups * key_columns;
  float *scores = (float *)(of_v + 4 * key_groups * head_columns);
  float *sums = scores + VIT_TILE_ROWS * score_stride;
  char *queries = (char *)(sums + VIT_TILE_ROWS * head_columns);
  char *weights = queries + VIT_TILE_ROWS * query_stride;
  char *converted = weights + VIT_TILE_ROWS * weight_stride;

  size_t row = 3 * p->width;
  const float *q = p->qkv + start * row + head * size;
  pack_keys(p, q + p->width, row, keys, head_groups, converted, of_k);
  pack_values(p, q + 2 * p->width, row, keys, key_groups, of_v);

  for (size_t t = first_tile; t < end_tile; t++) {
    size_t first = t * VIT_TILE_ROWS, rows = least(VIT_TILE_ROWS, tokens - first);
    // With a causal mask no query of the tile sees further than its last.
    size_t seen = p->causal ? first + rows : tokens;
    size_t seen_groups = vit_round_up(seen, group) / group;

    const void *a = q + first * row;
    size_t a_stride = row * sizeof(float);
    if (p->precision != VIT_FLOAT32) {
      for (size_t r = 0; r < rows; r++) {
        k->to_bfloat16(
          q + (first + r) * row, size, head_groups * group,
          (uint16_t *)(queries + r * query_stride));
      }
      a = queries;
      a_stride = query_stride;
    }
    multiply(
      p, a, a_stride, rows, of_k, head_groups, head_groups, seen, keys, scores,
      score_stride);

    a = scores;
    a_stride = score_stride * sizeof(float);
    if (p->precision != VIT_FLOAT32) {
      a = weights;
      a_stride = weight_stride;
    }
    float total[VIT_TILE_ROWS];
    for (size_t r = 0; r < rows; r++) {
      uint16_t *half = (uint16_t *)(weights + r * weight_stride);
      total[r] = k->exponentials(
        scores + r * score_stride, p->causal ? first + r + 1 : tokens, seen_groups * group,
        p->scale, p->precision == VIT_FLOAT32 ? NULL : half);
    }

    // Whole vectors that would run into the next head take a detour.
    float *out = p->out + (start + first) * p->width + head * size;
    int direct = size % k->vector == 0;
    float *product = direct ? out : sums;
    size_t stride = direct ? p->width : head_columns;
    multiply(
      p, a, a_stride, rows, of_v, seen_groups, key_groups, size, size, product, stride);
    for (size_t r = 0; r < rows; r++) {
      k->multiply(product + r * stride, size, 1 / total[r]);
      if (!direct) memcpy(out + r * p->width, product + r * stride, size * sizeof(float));
    }
  }
}

void vit_attention(
  const vit_kernels *kernels, vit_precision precision, const float *qkv, const size_t *offsets,
  size_t sequences, size_t heads, size_t head_size, int causal, float *out) {
  if (sequences == 0 || heads == 0 || head_size == 0) return;
  attention p = {
    .kernels = kernels,
    .precision = precision,
    .qkv = qkv,
    .offsets = offsets,
    .heads = heads,
    .head_size = head_size,
    .width = heads * head_size,
    .query_blocks = 1,
    .causal = causal,
    .scale = 1 / sqrtf((float)head_size),
    .out = out,
  };
  // Few heads are cut into blocks of queries, which pack K and V once each.
  size_t units = sequences * heads, threads = vit_pool_thread_count();
  if (threads > 1 && units < 4 * threads) p.query_blocks = (4 * threads + units - 1) / units;
  vit_pool_run(units * p.query_blocks, attend, &p);
}
