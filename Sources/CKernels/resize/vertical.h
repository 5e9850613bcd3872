// The vertical pass of an instruction set that computes several samples of a row at once. The including
// file defines before
//   weight_digit  the type of a weight's digits,
//   TAPS, BLOCK   taps of a block of weights, and its digits,
//   COLUMNS       samples of `columns`,
//   columns       (weights, length, source, source stride, target).

static void vertical(const vit_resize_pass *pass, size_t first, size_t end) {
  const vit_resize_windows *windows = pass->windows;
  size_t stride = blocks_of(windows->stride, TAPS) * BLOCK;
  for (size_t row = first; row < end; row++) {
    const weight_digit *weights = (const weight_digit *)pass->packed + row * stride;
    const uint8_t *source = pass->source + (size_t)windows->start[row] * pass->source_stride;
    uint8_t *target = pass->target + row * pass->target_stride;
    size_t column = 0;
    for (; column + COLUMNS <= pass->row_bytes; column += COLUMNS) {
      columns(
        weights, (size_t)windows->length[row], source + column, pass->source_stride,
        target + column);
    }
    vertical_rest(pass, row, column);
  }
}
