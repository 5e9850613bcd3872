// Operations on rows with NEON.
#if defined(__aarch64__)
#include "../vector/neon.h"

#include "../dispatch/sets.h"
#include "convert.h"
#include "rows.h"

// to_uint8 with bytes moved by 128: what signed dot products take. Padding meets weights that are
// zero.
void vit_to_signed_bytes_neon(
  const float *input, size_t count, size_t padded, uint8_t *out, float *scale, float *offset) {
  to_uint8(input, count, padded, out, scale, offset);
  for (size_t i = 0; i < padded; i++) out[i] ^= 0x80;
  *offset += 128 * *scale;
}

const vit_row_kernels vit_rows_neon = {
  to_bfloat16, to_uint8, to_int8, transpose, interleave,
  exponentials, multiply, layer_norm, l2_normalize,
};

#endif
