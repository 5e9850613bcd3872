// Operations on rows, spread over the threads.
#include "../include/kernels.h"
#include "../include/threads.h"

// A chunk costs some microseconds, several times what handing it out does.
enum { CHUNK_ELEMENTS = 16 * 1024 };

typedef struct {
  const vit_kernels *kernels;
  const float *input;
  float *out;
  size_t rows, count, stride, chunk;
  const float *weight, *bias;
  float epsilon;
} row_operation;

static size_t chunk_end(const row_operation *p, size_t index) {
  size_t end = (index + 1) * p->chunk;
  return end < p->rows ? end : p->rows;
}

static void layer_norm_chunk(void *context, size_t index) {
  row_operation *p = context;
  for (size_t r = index * p->chunk; r < chunk_end(p, index); r++) {
    p->kernels->layer_norm(
      p->input + r * p->stride, p->count, p->weight, p->bias, p->epsilon, p->out + r * p->count);
  }
}

static void l2_normalize_chunk(void *context, size_t index) {
  row_operation *p = context;
  for (size_t r = index * p->chunk; r < chunk_end(p, index); r++) {
    p->kernels->l2_normalize(p->out + r * p->count, p->count);
  }
}

static void run(row_operation *p, vit_pool_body body) {
  if (p->rows == 0 || p->count == 0) return;
  p->chunk = CHUNK_ELEMENTS / p->count + 1;
  vit_pool_run((p->rows + p->chunk - 1) / p->chunk, body, p);
}

void vit_layer_norm(
  const vit_kernels *kernels, const float *input, size_t rows, size_t count, size_t input_stride,
  const float *weight, const float *bias, float epsilon, float *out) {
  row_operation p = {
    .kernels = kernels,
    .input = input,
    .out = out,
    .rows = rows,
    .count = count,
    .stride = input_stride,
    .weight = weight,
    .bias = bias,
    .epsilon = epsilon,
  };
  run(&p, layer_norm_chunk);
}

void vit_l2_normalize(const vit_kernels *kernels, float *rows_of, size_t rows, size_t count) {
  row_operation p = {.kernels = kernels, .out = rows_of, .rows = rows, .count = count};
  run(&p, l2_normalize_chunk);
}
