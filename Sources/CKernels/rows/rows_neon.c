// Operations on rows with NEON.
#if defined(__aarch64__)
#include "../vector/neon.h"

#include "../dispatch/sets.h"
#include "rows.h"

const vit_row_kernels vit_rows_neon = {
  to_bfloat16, to_uint8, softmax, layer_norm, l2_normalize,
};

#endif
