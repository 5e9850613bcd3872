// Rows of a TIFF of tiles: a row of tiles makes a band of the picture's rows.
#include <string.h>

#include "tiff_picture.h"

static codec_status read_tile(tiff_picture *picture, uint32_t x, uint32_t y) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  TIFF *file = picture->readers[0].file;
  if (tiff_has_library_convert(picture)) {
    return tiff->read_rgba_tile(file, x, y, (uint32_t *)picture->units, 1) != 0
             ? CODEC_OK
             : tiff_fail_to_read(picture, "a tile cannot be read");
  }
  const int color = tiff_color_samples(layout->color);
  const int count = layout->is_planar ? color + (layout->alpha_sample >= 0) : 1;
  for (int i = 0; i < count; i++) {
    const int sample = i < color ? i : layout->alpha_sample;
    const uint32_t number = tiff->tile_number(file, x, y, 0, (uint16_t)sample);
    if (
      tiff->read_tile(
        file, number, picture->units + (size_t)i * picture->unit_bytes,
        (ptrdiff_t)picture->unit_bytes) < 0) {
      return tiff_fail_to_read(picture, "a tile cannot be read");
    }
  }
  return CODEC_OK;
}

// Puts the tile that was read into the band, as far as it lies in the picture.
static void place_tile(tiff_picture *picture, uint32_t x, uint32_t rows) {
  const codec_tiff_layout *layout = &picture->layout;
  const size_t channels = (size_t)picture->picture.channels;
  const uint32_t left = layout->width - x;
  const uint32_t width = left < picture->tile_width ? left : picture->tile_width;
  for (uint32_t y = 0; y < rows; y++) {
    uint8_t *target = picture->band + ((size_t)y * layout->width + x) * channels;
    if (tiff_has_library_convert(picture)) {
      // Of a tile that sticks out of the picture libtiff puts the rows at the end.
      const size_t row = picture->tile_height - rows + y;
      tiff_copy_words((const uint32_t *)picture->units + row * picture->tile_width, width, target);
    } else {
      tiff_samples samples[TIFF_MOST_SAMPLES];
      const size_t row_bytes = picture->unit_bytes / picture->tile_height;
      tiff_samples_of_row(picture, y * row_bytes, samples);
      tiff_convert(layout, &picture->chroma, samples, width, picture->bytes, target);
    }
  }
}

static codec_status read_row_of_tiles(tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  const uint32_t y = picture->band_end;
  const uint32_t left = layout->height - y;
  const uint32_t rows = left < picture->tile_height ? left : picture->tile_height;
  for (uint64_t x = 0; x < layout->width; x += picture->tile_width) {
    const codec_status status = read_tile(picture, (uint32_t)x, y);
    if (status != CODEC_OK) return status;
    place_tile(picture, (uint32_t)x, rows);
  }
  picture->band_start = y;
  picture->band_end = y + rows;
  return CODEC_OK;
}

codec_status tiff_read_row_of_tile(tiff_picture *picture, uint8_t *row) {
  const uint32_t number = picture->picture.next_row;
  if (number >= picture->band_end) {
    const codec_status status = read_row_of_tiles(picture);
    if (status != CODEC_OK) return status;
  }
  const size_t stride = (size_t)picture->layout.width * (size_t)picture->picture.channels;
  memcpy(row, picture->band + (number - picture->band_start) * stride, stride);
  return CODEC_OK;
}
