// Rows of a TIFF of strips.
#include <string.h>

#include "tiff_picture.h"

codec_status tiff_read_row(tiff_picture *picture, uint8_t *row) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  const uint32_t number = picture->picture.next_row;
  const bool is_direct_row = tiff_is_direct(picture);
  const int color = tiff_color_samples(layout->color);
  for (int i = 0; i < picture->reader_count; i++) {
    const int sample = i < color ? i : layout->alpha_sample;
    uint8_t *unit = is_direct_row ? row : picture->units + (size_t)i * picture->unit_bytes;
    if (tiff->read_row(picture->readers[i].file, unit, number, (uint16_t)sample) != 1) {
      return tiff_fail_to_read(picture, "the image data breaks off");
    }
  }
  if (is_direct_row) return CODEC_OK;
  tiff_samples samples[TIFF_MOST_SAMPLES];
  tiff_samples_of_row(picture, 0, samples);
  tiff_convert(layout, &picture->chroma, samples, layout->width, picture->bytes, row);
  return CODEC_OK;
}

codec_status tiff_read_row_of_fax(tiff_picture *picture, uint8_t *row) {
  const codec_tiff_layout *layout = &picture->layout;
  const uint32_t number = picture->picture.next_row;
  if (number >= picture->band_end) {
    const uint32_t left = layout->height - number;
    const uint32_t rows = left < picture->rows_per_strip ? left : picture->rows_per_strip;
    const size_t bytes = picture->unit_bytes * rows;
    // What follows a bad code word is left as it is.
    memset(picture->units, 0, bytes);
    if (
      picture->tiff->read_strip(
        picture->readers[0].file, number / picture->rows_per_strip, picture->units,
        (ptrdiff_t)bytes) < 0) {
      return tiff_fail_to_read(picture, "a strip cannot be read");
    }
    picture->band_start = number;
    picture->band_end = number + rows;
  }
  tiff_samples samples[TIFF_MOST_SAMPLES];
  tiff_samples_of_row(picture, (number - picture->band_start) * picture->unit_bytes, samples);
  tiff_convert(layout, &picture->chroma, samples, layout->width, picture->bytes, row);
  return CODEC_OK;
}

codec_status tiff_read_row_of_strip(tiff_picture *picture, uint8_t *row) {
  const uint32_t number = picture->picture.next_row;
  if (number >= picture->band_end) {
    TIFF *file = picture->readers[0].file;
    if (!picture->tiff->read_rgba_strip(file, number, (uint32_t *)picture->units, 1)) {
      return tiff_fail_to_read(picture, "a strip cannot be read");
    }
    const uint32_t left = picture->layout.height - number;
    picture->band_start = number;
    picture->band_end =
      number + (left < picture->rows_per_strip ? left : picture->rows_per_strip);
  }
  const uint32_t width = picture->layout.width;
  const size_t place = (size_t)(number - picture->band_start) * width;
  tiff_copy_words((const uint32_t *)picture->units + place, width, row);
  return CODEC_OK;
}
