// What each instruction set's files hand to the table.
#ifndef vit_sets_h
#define vit_sets_h

#include "../include/kernels.h"

typedef struct {
  void (*tile)(const vit_tile *tile, size_t rows, size_t vectors);
  size_t rows;  // of a tile, at most
  double (*multiply_adds)(double count, int accumulators);
} vit_tile_kernel;

typedef struct {
  vit_tile_kernel float32, bfloat16, int8;
  void (*finish)(const vit_finish *finish);
} vit_linear_kernels;

typedef struct {
  void (*to_bfloat16)(const float *, size_t, size_t, uint16_t *);
  void (*to_uint8)(const float *, size_t, size_t, uint8_t *, float *, float *);
  int32_t (*to_int8)(const float *, size_t, size_t, int8_t *, float *);
  void (*transpose)(const void *, size_t, size_t, size_t, size_t, void *);
  void (*interleave)(const uint16_t *, const uint16_t *, size_t, size_t, uint16_t *);
  void (*exponentials)(const vit_exponentials *);
  void (*multiply)(const float *, size_t, float, vit_precision, void *);
  void (*layer_norm)(const float *, size_t, const float *, const float *, float, float *);
  void (*l2_normalize)(float *, size_t);
} vit_row_kernels;

typedef struct {
  vit_resize_layout layout;
  void (*horizontal)(const vit_resize_pass *pass, size_t first, size_t end);
  void (*vertical)(const vit_resize_pass *pass, size_t first, size_t end);
} vit_resize_kernels;

extern const vit_linear_kernels vit_linear_scalar;
extern const vit_row_kernels vit_rows_scalar;
extern const vit_resize_kernels vit_resize_scalar;
#if defined(__x86_64__)
extern const vit_linear_kernels vit_linear_sse4, vit_linear_avx2, vit_linear_avx512;
extern const vit_tile_kernel vit_int8_avxvnni, vit_int8_avx512vnni, vit_bfloat16_avx512bf16;
extern const vit_row_kernels vit_rows_sse4, vit_rows_avx2, vit_rows_avx512, vit_rows_avx512bf16;
extern const vit_resize_kernels vit_resize_sse4, vit_resize_avx2, vit_resize_avx512;
void vit_finish_avx512bf16(const vit_finish *finish);
#elif defined(__aarch64__)
extern const vit_linear_kernels vit_linear_neon;
extern const vit_tile_kernel vit_int8_neondot, vit_int8_neoni8mm, vit_bfloat16_neonbf16;
extern const vit_row_kernels vit_rows_neon;
extern const vit_resize_kernels vit_resize_neon;
void vit_to_signed_bytes_neon(const float *, size_t, size_t, uint8_t *, float *, float *);
#endif

#endif
