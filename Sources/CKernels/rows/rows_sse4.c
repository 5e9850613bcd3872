// Operations on rows with SSE4.
#if defined(__x86_64__)
#include "../vector/sse4.h"

#include "../dispatch/sets.h"
#include "convert.h"
#include "rows.h"

const vit_row_kernels vit_rows_sse4 = {
  to_bfloat16, to_uint8, to_int8, transpose, interleave,
  exponentials, multiply, layer_norm, l2_normalize,
};

#pragma clang attribute pop
#endif
