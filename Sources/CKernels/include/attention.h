// Scaled dot-product attention over sequences that lie one after another (Vaswani et al. 2017,
// equation 1), for each head:
//
//   softmax(scale · Q Kᵀ + bias) V
//
// Queries may come from other rows than keys and values: from another sequence (cross-attention),
// or only the last of it, whose earlier keys and values were kept.
#ifndef vit_attention_h
#define vit_attention_h

#include <stddef.h>

#include "kernels.h"

// Rows of heads · head_size elements, the heads one after another, in memory that may hold more
// beside them.
typedef struct {
  const void *first;  // the first row
  size_t stride;  // elements from row to row
} vit_attention_input;

// What is added to the score of query i and key j, both counted from the start of their sequence:
//
//   first[head · head_stride + i · query_stride + j]
//
// -∞ hides the key from the query; where it hides all of them, the result is NaN.
typedef struct {
  const float *first;  // NULL for none
  size_t head_stride, query_stride;  // elements; 0 for the same numbers again
} vit_attention_bias;

typedef struct {
  vit_precision precision;  // of the two products and of the inputs: float32 or bfloat16
  vit_attention_input queries, keys, values;
  // Sequence i has the queries query_offsets[i]..<query_offsets[i + 1], and the keys and values
  // key_offsets[i]..<key_offsets[i + 1]: at least one where there are queries.
  const size_t *query_offsets, *key_offsets;
  size_t sequences, heads, head_size;
  float scale;  // not negative; head_size^-½ as a rule
  vit_attention_bias bias;
  int causal;  // whether a query sees only keys at its own position and before
  // For the causal mask query i of a sequence stands at the position of its key query_offset + i,
  // which must exist; where this is negative, the last query stands at the last key.
  ptrdiff_t query_offset;
  size_t first_row, end_row;  // of the result: no others are computed
  size_t first_head, end_head;  // as well; 0 and 0 for all
  vit_precision out_type;  // float32 or bfloat16
  void *out;  // [queries, heads · head_size]
} vit_attention;

// A row's bits depend neither on what else is computed nor on the number of threads.
void vit_attention_apply(const vit_kernels *kernels, const vit_attention *attention);

#endif
