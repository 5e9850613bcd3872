// Operations on rows with AVX-512, rounding to bfloat16 in one instruction, for which denormals
// are zero.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), \
  apply_to = function)
#define VIT_WIDTH 16
#define VIT_ROUNDS_TO_BFLOAT16

#include "../dispatch/sets.h"
#include "convert.h"
#include "rows.h"

const vit_row_kernels vit_rows_avx512bf16 = {
  to_bfloat16, to_uint8, to_int8, transpose, interleave,
  exponentials, multiply, layer_norm, l2_normalize,
};

#pragma clang attribute pop
#endif
