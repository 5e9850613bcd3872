// What old versions of libheif round otherwise than Pillow's.
#ifndef vit_heic_rounding_h
#define vit_heic_rounding_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A sample of a row: a byte of 8 bits, and two of more, wherever they lie.
static inline int codec_sample(const uint8_t *row, int bits, size_t x) {
  if (bits == 8) return row[x];
  uint16_t sample;
  memcpy(&sample, row + 2 * x, sizeof sample);
  return sample;
}

// The coefficients of red and blue in luma, of a matrix of ITU-T H.273.
typedef struct {
  float red;
  float blue;
} codec_luma;

// False for a matrix that is not one of BT.709, BT.601 and BT.2020, or unspecified, which is BT.601.
bool codec_luma_of(int matrix_coefficients, codec_luma *luma);

// A row of colour of so many bits that was computed from Y'CbCr of a full range and rounded, as Pillow
// has it: the high eight bits of the Y'CbCr, converted with eight bits behind the point.
//
// The Y'CbCr follows from the rounded colour (its errors of a half become less than a half), unless a
// channel was clipped: such a pixel keeps the high eight bits of its colour.
void codec_round_as_pillow(
  const codec_luma *luma, const uint8_t *const rows[3], int bits, uint8_t *pixels, int channels,
  size_t width);

#endif
