// The horizontal pass of an instruction set that computes one output pixel of several rows at once.
// The including file defines before
//   weight_digit  the type of a weight's digits,
//   TAPS, BLOCK   taps of a block of weights, and its digits,
//   PIXEL_ROWS    the most rows of `pixel`,
//   pixel         (weights, blocks, source, source stride, rows, target, target stride).

INLINE void horizontal_rows(const vit_resize_pass *pass, size_t row, const size_t rows) {
  const vit_resize_windows *windows = pass->windows;
  const uint8_t *source = pass->source + row * pass->source_stride;
  uint8_t *target = pass->target + row * pass->target_stride;
  size_t stride = blocks_of(windows->stride, TAPS) * BLOCK;
  for (size_t i = 0; i < (size_t)windows->count; i++) {
    pixel(
      (const weight_digit *)pass->packed + i * stride, blocks_of(windows->length[i], TAPS),
      source + (size_t)windows->start[i] * 3, pass->source_stride, rows, target + i * 3,
      pass->target_stride);
  }
}

static void horizontal(const vit_resize_pass *pass, size_t first, size_t end) {
  size_t row = first;
  for (; row + PIXEL_ROWS <= end; row += PIXEL_ROWS) horizontal_rows(pass, row, PIXEL_ROWS);
  for (; row < end; row++) horizontal_rows(pass, row, 1);
}
