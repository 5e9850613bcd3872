// What libtiff reads together: a row, a strip of a fax, a tile. The memory it is read into, and the
// samples in it.
#include <stdlib.h>

#include "tiff_picture.h"

// Of CCITT: run lengths, group 3 and 4, and run lengths that begin at words.
enum {
  COMPRESSION_RLE = 2,
  COMPRESSION_GROUP_3 = 3,
  COMPRESSION_GROUP_4 = 4,
  COMPRESSION_RLE_WORDS = 32771,
};

bool tiff_has_library_convert(const tiff_picture *picture) {
  return picture->layout.color == CODEC_TIFF_YCBCR_BY_LIBRARY;
}

bool tiff_reads_strips(const tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  if (layout->is_planar || layout->is_tiled) return false;
  switch (layout->compression) {
    case COMPRESSION_RLE:
    case COMPRESSION_GROUP_3:
    case COMPRESSION_GROUP_4:
    case COMPRESSION_RLE_WORDS: return true;
    default: return false;
  }
}

bool tiff_is_direct(const tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  return layout->color == CODEC_TIFF_RGB && layout->bits == 8 && !layout->is_planar &&
         !layout->is_tiled && layout->samples == picture->picture.channels &&
         !layout->is_premultiplied && !tiff_reads_strips(picture);
}

static void *allocate(uint64_t count, uint64_t size) {
  uint64_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX) return NULL;
  return malloc((size_t)bytes);
}

bool tiff_prepare(tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  const uint64_t color = (uint64_t)tiff_color_samples(layout->color);
  const uint64_t width = layout->width;
  const uint64_t channels = (uint64_t)picture->picture.channels;
  if (tiff_is_direct(picture)) return true;
  uint64_t row_width = layout->is_tiled ? picture->tile_width : width;
  if (tiff_has_library_convert(picture)) {
    const uint64_t rows = layout->is_tiled ? picture->tile_height : picture->rows_per_strip;
    picture->units = allocate(row_width * rows, 4);
  } else {
    const uint64_t units = layout->is_planar            ? color + (layout->alpha_sample >= 0)
                           : tiff_reads_strips(picture) ? picture->rows_per_strip
                                                        : 1;
    picture->units = allocate(picture->unit_bytes, units);
    picture->bytes = allocate(row_width, color);
    if (picture->bytes == NULL) return false;
    tiff_chroma_fill(&picture->chroma);
  }
  if (picture->units == NULL) return false;
  if (layout->is_tiled) {
    const uint32_t rows =
      picture->tile_height < layout->height ? picture->tile_height : layout->height;
    picture->band = allocate(rows, width * channels);
    if (picture->band == NULL) return false;
  }
  return true;
}

void tiff_samples_of_row(
  const tiff_picture *picture, size_t row_start, tiff_samples samples[TIFF_MOST_SAMPLES]) {
  const codec_tiff_layout *layout = &picture->layout;
  const int color = tiff_color_samples(layout->color);
  for (int i = 0; i <= color; i++) {
    const int sample = i < color ? i : layout->alpha_sample;
    if (sample < 0) continue;
    samples[i] = layout->is_planar
                   ? (tiff_samples){picture->units + (size_t)i * picture->unit_bytes + row_start, 1, 0}
                   : (tiff_samples){
                       picture->units + row_start, layout->samples, (size_t)sample};
  }
}
