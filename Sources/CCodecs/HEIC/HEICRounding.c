#include "HEICRounding.h"

#include <math.h>

bool codec_luma_of(int matrix_coefficients, codec_luma *luma) {
  switch (matrix_coefficients) {
    case 1: *luma = (codec_luma){.red = 0.2126f, .blue = 0.0722f}; return true;
    case 2:
    case 5:
    case 6: *luma = (codec_luma){.red = 0.299f, .blue = 0.114f}; return true;
    case 9: *luma = (codec_luma){.red = 0.2627f, .blue = 0.0593f}; return true;
    default: return false;
  }
}

// libheif's numbers (`libheif/color-conversion/yuv2rgb.cc`, Op_YCbCr420_to_RGB24).
typedef struct {
  int red_of_cr;
  int green_of_cb;
  int green_of_cr;
  int blue_of_cb;
} fixed_matrix;

static fixed_matrix fixed_matrix_of(const codec_luma *luma) {
  const float red = luma->red, blue = luma->blue, green = 1 - red - blue;
  return (fixed_matrix){
    .red_of_cr = (int)lrintf(256 * 2 * (1 - red)),
    .green_of_cb = (int)lrintf(-256 * 2 * blue * (1 - blue) / green),
    .green_of_cr = (int)lrintf(-256 * 2 * red * (1 - red) / green),
    .blue_of_cb = (int)lrintf(256 * 2 * (1 - blue)),
  };
}

static uint8_t clipped(int value) {
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

void codec_round_as_pillow(
  const codec_luma *luma, const uint8_t *const rows[3], int bits, uint8_t *pixels, int channels,
  size_t width) {
  const fixed_matrix matrix = fixed_matrix_of(luma);
  const float red = luma->red, blue = luma->blue, green = 1 - red - blue;
  const float of_red = 1 / (2 * (1 - red)), of_blue = 1 / (2 * (1 - blue));
  const int highest = (1 << bits) - 1, cut = bits - 8;
  const float half = (float)(1 << (bits - 1)) + 0.5f;
  for (size_t x = 0; x < width; x++, pixels += channels) {
    const int r = codec_sample(rows[0], bits, x);
    const int g = codec_sample(rows[1], bits, x);
    const int b = codec_sample(rows[2], bits, x);
    if (r == 0 || g == 0 || b == 0 || r >= highest || g >= highest || b >= highest) {
      pixels[0] = clipped(r >> cut);
      pixels[1] = clipped(g >> cut);
      pixels[2] = clipped(b >> cut);
      continue;
    }
    // Rounded, and cut, as the samples are, which are not signed.
    const int y = (int)(red * (float)r + green * (float)g + blue * (float)b + 0.5f);
    const int cb = (int)((float)(b - y) * of_blue + half), cr = (int)((float)(r - y) * of_red + half);
    const int y8 = y >> cut, cb8 = (cb >> cut) - 128, cr8 = (cr >> cut) - 128;
    pixels[0] = clipped(y8 + ((matrix.red_of_cr * cr8 + 128) >> 8));
    pixels[1] = clipped(y8 + ((matrix.green_of_cb * cb8 + matrix.green_of_cr * cr8 + 128) >> 8));
    pixels[2] = clipped(y8 + ((matrix.blue_of_cb * cb8 + 128) >> 8));
  }
}
