// Samples of a TIFF as bytes, and those as RGB.
#ifndef vit_tiff_samples_h
#define vit_tiff_samples_h

#include "codec_picture.h"

// Samples of a row: every `step`-th number, from the `first` on.
typedef struct {
  const uint8_t *start;
  size_t step;
  size_t first;
} tiff_samples;

enum {
  // Of a pixel: of CMYK, and alpha.
  TIFF_MOST_SAMPLES = 5,
};

// How many samples of a pixel make its colour.
int tiff_color_samples(codec_tiff_color color);

// What is computed once for an image.
typedef struct {
  // What luma gets of chroma: R and G of Cr, G and B of Cb, in 64ths.
  int16_t red_cr[256], green_cr[256], green_cb[256], blue_cb[256];
} tiff_chroma;

void tiff_chroma_fill(tiff_chroma *chroma);

// Writes `width` pixels as RGB, or RGBA where the layout has alpha. There are as many `samples` as of
// the colour, and behind them alpha; `bytes` has room for so many bytes a pixel.
void tiff_convert(
  const codec_tiff_layout *layout, const tiff_chroma *chroma, const tiff_samples *samples,
  uint32_t width, uint8_t *bytes, uint8_t *pixels);

// RGB of libtiff's words, whose lowest byte is red.
void tiff_copy_words(const uint32_t *words, uint32_t count, uint8_t *rgb);

#endif
