// The operations of a transformer's forward pass, and the table of kernels behind them, behind
// attention (attention.h) and behind the resize of an image (resize.h).
//
// Matrices are row-major float32, or what their type says. Sizes are numbers of elements. What is
// done to activations spreads over the pool of threads (threads.h), unless it says otherwise, and
// allocates nothing once its working memory has grown to the size it needs.
#ifndef vit_kernels_h
#define vit_kernels_h

#include <stddef.h>
#include <stdint.h>

typedef enum { VIT_FLOAT32, VIT_BFLOAT16, VIT_INT8, VIT_PRECISIONS } vit_precision;

typedef enum {
  VIT_IDENTITY,
  VIT_GELU_ERF,    // x Φ(x)
  VIT_GELU_TANH,   // x σ(2 √(2/π) (x + 0.044715 x³))
  VIT_QUICK_GELU,  // x σ(1.702 x)
  VIT_RELU,
  VIT_SILU,  // x σ(x)
  VIT_TANH,
} vit_activation;

// The most rows of a tile, in any kernel set.
#define VIT_MAX_TILE_ROWS 32

// The most columns of a panel, in any kernel set.
#define VIT_PANEL_COLUMNS 64

// One tile of a matrix product: `rows` rows of A times one panel of B.
//
// Everything is counted in groups of 4 bytes along the inner dimension: one float32, two
// bfloat16 or four 8-bit values. A holds the groups of a row one after another; B holds, group
// after group, one group of each of the panel's columns. Each element of the result is summed
// over the groups in order, in a single chain, so that its bits do not depend on the tile.
typedef struct {
  const void *a;
  size_t a_stride;  // bytes from row to row of A
  const void *b;
  size_t groups;
  void *out;  // float32, or int32 for 8-bit operands
  size_t out_stride;  // elements from row to row
  int resume;  // whether the sums go on from what `out` holds, instead of from zero
  const char *prefetch;  // memory that will be needed next: a line is fetched every group
  size_t prefetch_step;  // bytes from group to group, 0 or 64
} vit_tile;

// What happens to a tile's sums before they are stored: dequantise, bias, activation, residual.
typedef struct {
  const void *sums;  // float32, or int32 when `column_scale` is given
  size_t sums_stride;
  size_t rows, columns;
  const float *bias;  // this and the columns' numbers are readable to the next whole vector
  const float *residual;  // or NULL
  void *out;
  vit_precision out_type;  // float32, or bfloat16 where there is no residual
  size_t out_stride;  // of the residual as well
  vit_activation activation;
  const float *column_scale;  // int8 only: scale of each column's weights, else NULL
  const int32_t *column_sum;  // int8 only: sum of each column's weights
  const float *row_scale;  // int8 only
  const float *row_offset;  // int8 only
} vit_finish;

// A softmax but for its division: e^(s - the row's largest s) with s = scale · score + bias, in
// place or, unless NULL, in bfloat16 in `half`, with zeros up to `padded`. Rows of scores are read,
// and those of the result written, to the next whole vector. A score that is no number, or infinite,
// makes the row's sum NaN; a bias of -∞ makes its element 0.
typedef struct {
  float *scores;
  size_t stride, rows;  // at most VIT_MAX_TILE_ROWS
  size_t count, growth;  // row r has count + r · growth scores
  size_t padded;
  float scale;  // not negative
  const float *bias;  // or NULL: as many as there are scores
  size_t bias_stride;
  uint16_t *half;
  size_t half_stride;
  float *sums;  // of each row's exponentials
} vit_exponentials;

// What each output sample of a resize along one axis is made of.
typedef struct {
  int32_t count;  // output samples
  int32_t stride;  // from one output's weights to the next's
  const int32_t *start;  // [count] first source sample
  const int32_t *length;  // [count] source samples, at least 1, at most `stride`
  const int32_t *weights;  // [count, stride] with 22 bits of fraction
} vit_resize_windows;

// How a set's kernels read the weights: for each output blocks of `taps` weights, of each block the
// lowest digits of all its weights, then the next ones. A digit is signed, and one of it stands for
// 2^digit_bits of the digit below; the highest is what is left.
typedef struct {
  size_t taps;  // 0 where the kernels read the windows' weights and nothing is packed
  size_t digits;
  int digit_bits;
  size_t digit_bytes;  // 1 or 2
} vit_resize_layout;

// Bytes behind the last row of the source that a horizontal pass may read (never use).
#define VIT_RESIZE_SLACK 64

// One pass of a resize (resize.h) over 8-bit samples. Strides are in bytes.
typedef struct {
  const vit_resize_windows *windows;
  const void *packed;  // their weights in the set's layout
  const uint8_t *source;  // the sample that windows->start counts from
  size_t source_stride;
  size_t rows;  // of a horizontal pass
  size_t row_bytes;  // of a vertical pass, which reads no others
  uint8_t *target;
  size_t target_stride;
} vit_resize_pass;

// The kernels of one instruction set.
typedef struct {
  const char *name;
  size_t vector;  // columns of a vector; a tile has 1 to panel / vector of them
  size_t panel;  // columns of a panel
  // Whether a product in this precision takes no longer than in float32.
  int fast[VIT_PRECISIONS];
  size_t tile_rows[VIT_PRECISIONS];  // the most rows that `tile` takes
  void (*tile[VIT_PRECISIONS])(const vit_tile *tile, size_t rows, size_t vectors);
  void (*finish)(const vit_finish *finish);
  // float32 to bfloat16, to nearest even; zeros up to `padded`. Where one instruction does it,
  // denormals become zero.
  void (*to_bfloat16)(const float *input, size_t count, size_t padded, uint16_t *out);
  // float32 to bytes: x ≈ q · scale + offset; any bytes up to `padded`. The bytes are unsigned,
  // or, in a set whose tile takes them so, signed. A row with NaN or infinity gets the scale NaN.
  void (*to_uint8)(
    const float *input, size_t count, size_t padded, uint8_t *out, float *scale, float *offset);
  // Weights to signed bytes, x ≈ q · scale with |q| <= 127; zeros up to `padded`. Returns the
  // sum of the bytes. A row with NaN or infinity gets the scale NaN and zeros.
  int32_t (*to_int8)(
    const float *input, size_t count, size_t padded, int8_t *out, float *scale);
  // out[g · width + c] = group g of row c, for `rows` rows `stride` bytes apart; zero for c from
  // `rows` to `width`, which is a multiple of the vector. Groups have 4 bytes.
  void (*transpose)(
    const void *input, size_t stride, size_t rows, size_t groups, size_t width, void *out);
  // out[c] = the pair first[c], second[c]; zero for c from `count` to `width`. `second` may be
  // NULL for zeros.
  void (*interleave)(
    const uint16_t *first, const uint16_t *second, size_t count, size_t width, uint16_t *out);
  void (*exponentials)(const vit_exponentials *exponentials);
  // out = row · factor, in float32 or bfloat16.
  void (*multiply)(
    const float *row, size_t count, float factor, vit_precision out_type, void *out);
  void (*layer_norm)(
    const float *input, size_t count, const float *weight, const float *bias, float epsilon,
    float *out);
  // Scales to length 1; a zero row stays zero.
  void (*l2_normalize)(float *row, size_t count);
  // Multiply-adds in registers only: does at least `count` of them and returns how many.
  // `accumulators` is 4, 8, 12, 16, 20 or 24.
  double (*multiply_adds[VIT_PRECISIONS])(double count, int accumulators);
  vit_resize_layout resize_layout;
  // Rows `first` to `end` of the target. All sets give the same bits.
  void (*resize_horizontal)(const vit_resize_pass *pass, size_t first, size_t end);
  void (*resize_vertical)(const vit_resize_pass *pass, size_t first, size_t end);
} vit_kernels;

// The best set that this processor runs, or the one that VIT_KERNELS names, if it runs.
const vit_kernels *vit_kernels_active(void);

// The i-th set that this processor runs, the scalar one first, the best one last; NULL at the end.
const vit_kernels *vit_kernels_available(size_t i);

// What VIT_KERNELS asks for where this processor or build does not have it, else NULL.
const char *vit_kernels_missing(void);

// A weight matrix packed for one kernel set. Immutable once made.
typedef struct {
  const vit_kernels *kernels;
  vit_precision precision;
  size_t inputs, outputs;
  size_t groups;  // of 4 bytes along the inner dimension
  size_t panels;
  size_t panel_bytes;  // of a whole panel; the last one may be narrower
  size_t bytes;  // of all panels
  const void *weights;
  void *owned;  // the weights, if they are not borrowed
  float *bias;  // outputs rounded up to a whole panel
  float *column_scale;  // int8 only
  int32_t *column_sum;  // int8 only
} vit_linear;

// Packs `weight` [outputs, inputs]; `bias` [outputs] or NULL. NULL when memory is out.
vit_linear *vit_linear_create(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs,
  const float *weight, const float *bias);

// A weight that was packed before, in panels of `panel` columns and vectors of `vector`, with
// what else `vit_linear_create` made of it: `column_scale` and `column_sum` for int8, else NULL.
// `packed` holds `vit_packed_bytes(...)` bytes. Where the kernels have the same panels and
// `packed` is 64-byte aligned, it is used in place and must outlive the result; otherwise it is
// copied. NULL when memory is out.
vit_linear *vit_linear_create_packed(
  const vit_kernels *kernels, vit_precision precision, size_t outputs, size_t inputs, size_t panel,
  size_t vector, const void *packed, const float *column_scale, const int32_t *column_sum,
  const float *bias);

// Bytes of a packed weight.
size_t vit_packed_bytes(
  vit_precision precision, size_t outputs, size_t inputs, size_t vector);

void vit_linear_destroy(vit_linear *linear);

// A LayerNorm of rows: (x - mean) / √(variance + epsilon) · weight + bias.
typedef struct {
  const float *weight, *bias;
  float epsilon;
} vit_norm;

// How the products of a row and a column are summed; not for int8, whose rows have one scale.
typedef enum {
  VIT_ONE_CHAIN,
  // Each half of the inputs is one chain; the two sums are added.
  VIT_BOTH_HALVES,
  // Only the sums of one half, without bias, activation or residual: `vit_linear_add_halves` makes
  // of them the bits of VIT_BOTH_HALVES.
  VIT_FIRST_HALF,
  VIT_SECOND_HALF,
} vit_summing;

// Half of the inputs and of the outputs that divide in halves are whole panels of any kernel set.
#define VIT_HALVES_MULTIPLE (2 * VIT_PANEL_COLUMNS)

// What a linear layer is applied to. Types are float32 or bfloat16.
typedef struct {
  size_t rows;
  const void *input;  // bfloat16 only for a layer in bfloat16, and without a norm
  vit_precision input_type;
  const vit_norm *norm;  // or NULL
  vit_activation activation;
  const float *residual;  // or NULL; may be the output
  void *out;  // [rows, outputs]
  vit_precision out_type;  // bfloat16 only without a residual
  size_t first_output, end_output;  // what is needed; 0 and 0 for all; more may be written
  size_t period;  // unless 0, the range comes again every so many outputs, a multiple of the panel
  // Other than VIT_ONE_CHAIN only for inputs in a multiple of VIT_HALVES_MULTIPLE; and one half
  // only for such outputs, without a norm, to float32.
  vit_summing summing;
  const vit_linear *next;  // or NULL: what will be applied after this, fetched towards the end
  size_t next_output;  // the first that is needed of it
  vit_summing next_summing;
} vit_application;

// out = activation(norm(input) Wᵀ + bias) + residual.
void vit_linear_apply(const vit_linear *linear, const vit_application *application);

// out = first + second + bias + residual, of what two halves left; all are [rows, outputs], and the
// output may be the residual. In the calling thread.
void vit_linear_add_halves(
  const vit_linear *linear, size_t rows, const float *first, const float *second,
  const float *residual, float *out);

// The norm of each row.
void vit_layer_norm(
  const vit_kernels *kernels, const float *input, size_t rows, size_t count, size_t input_stride,
  const float *weight, const float *bias, float epsilon, float *out);

// Scales each row to length 1; a zero row stays zero.
void vit_l2_normalize(const vit_kernels *kernels, float *input, size_t rows, size_t count);

// Whether processors of this maker (its name in CPUID, 12 characters) multiply bfloat16 by the
// instructions of AVX512-BF16 at least as fast as float32. AMD's do; on Intel's of family 6 model 207
// (Emerald Rapids) they take 1.7 times as long, and of others nothing is known.
int vit_bfloat16_products_are_fast(const char *maker);

// Whether VIT_KERNELS named the set in use.
int vit_kernels_named(void);

// Why the set in use is, as it reads after its name.
const char *vit_kernels_reason(void);

// Multiplications and additions a second that all threads together do in registers, the best
// over the kernel sets that have instructions of their own for this and over the number of sums.
double vit_measured_peak(vit_precision precision);

// Bytes a second that all threads together read of `bytes` bytes again and again, from the level of
// cache or memory that they fit; the best of a few. 0 when memory is out.
double vit_measured_bandwidth(size_t bytes);

#endif
