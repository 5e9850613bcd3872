// The file as libtiff reads it: opening, limits, and strips or tiles that go on behind its end.
#include <stdio.h>
#include <string.h>

#include "tiff_picture.h"

enum { COMPRESSION_JPEG = 7 };

// MARK: Bytes

static ptrdiff_t read_bytes(void *client, void *bytes, ptrdiff_t count) {
  tiff_reader *reader = client;
  const codec_picture_source *source = &reader->picture->picture.source;
  if (count <= 0 || reader->position >= source->byte_count) return 0;
  size_t there = source->byte_count - (size_t)reader->position;
  if (there > (size_t)count) there = (size_t)count;
  memcpy(bytes, source->bytes + reader->position, there);
  reader->position += there;
  return (ptrdiff_t)there;
}

static ptrdiff_t write_bytes(void *client, void *bytes, ptrdiff_t count) {
  (void)client, (void)bytes, (void)count;
  return -1;
}

static uint64_t seek(void *client, uint64_t offset, int whence) {
  tiff_reader *reader = client;
  switch (whence) {
    case SEEK_CUR: reader->position += offset; break;
    case SEEK_END: reader->position = reader->picture->picture.source.byte_count + offset; break;
    default: reader->position = offset;
  }
  return reader->position;
}

static int close_nothing(void *client) {
  (void)client;
  return 0;
}

static uint64_t size(void *client) {
  return ((tiff_reader *)client)->picture->picture.source.byte_count;
}

// libtiff only reads what is mapped.
static int map(void *client, void **bytes, uint64_t *count) {
  const codec_picture_source *source = &((tiff_reader *)client)->picture->picture.source;
  *bytes = (void *)(uintptr_t)source->bytes;
  *count = source->byte_count;
  return 1;
}

static void unmap(void *client, void *bytes, uint64_t count) {
  (void)client, (void)bytes, (void)count;
}

// MARK: Opening

static TIFF *open_file(tiff_picture *picture, tiff_reader *reader) {
  const vit_tiff *tiff = picture->tiff;
  if (tiff->new_options == NULL) {
    return tiff->open(
      "image", "r", reader, read_bytes, write_bytes, seek, close_nothing, size, map, unmap);
  }
  TIFFOpenOptions *options = tiff->new_options();
  if (options == NULL) return NULL;
  tiff_hear_of_file(picture, options);
  const size_t largest = picture->layout.largest_allocation;
  tiff->options_set_largest_allocation(
    options, largest < PTRDIFF_MAX ? (ptrdiff_t)largest : PTRDIFF_MAX);
  TIFF *file = tiff->open_with_options(
    "image", "r", reader, read_bytes, write_bytes, seek, close_nothing, size, map, unmap, options);
  tiff->delete_options(options);
  return file;
}

// Looks for strips or tiles that go on behind the end of the file, and where what is there shall be
// read tells libtiff that they end there: it reads nothing of one that is not whole.
static void find_cut(tiff_picture *picture, TIFF *file) {
  const vit_tiff *tiff = picture->tiff;
  const bool is_tiled = picture->layout.is_tiled;
  const uint32_t count = is_tiled ? tiff->tile_count(file) : tiff->strip_count(file);
  const uint64_t *offsets = NULL;
  // The library's own numbers (`TIFFDirectory.td_stripbytecount_p`), kept for one directory.
  uint64_t *bytes = NULL;
  if (
    !tiff->get_field(file, is_tiled ? VIT_TIFF_TILE_OFFSETS : VIT_TIFF_STRIP_OFFSETS, &offsets) ||
    !tiff->get_field(file, is_tiled ? VIT_TIFF_TILE_BYTES : VIT_TIFF_STRIP_BYTES, &bytes) ||
    offsets == NULL || bytes == NULL) {
    return;
  }
  const uint64_t end = picture->picture.source.byte_count;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t there = offsets[i] < end ? end - offsets[i] : 0;
    if (bytes[i] <= there) continue;
    picture->is_cut = true;
    if (picture->picture.source.allow_truncated) bytes[i] = there;
  }
  if (picture->is_cut && picture->picture.source.allow_truncated) {
    snprintf(
      picture->last_error, sizeof picture->last_error,
      "some of the image data lies behind the end of the file");
  }
}

// What libtiff reads must be what the layout says, which sizes were told from.
static bool is_of_layout(tiff_picture *picture, TIFF *file) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  uint32_t width = 0, height = 0;
  uint16_t bits = 0, samples = 0, planes = 0, compression = 0;
  tiff->get_field(file, VIT_TIFF_WIDTH, &width);
  tiff->get_field(file, VIT_TIFF_HEIGHT, &height);
  tiff->get_field_or_default(file, VIT_TIFF_BITS, &bits);
  tiff->get_field_or_default(file, VIT_TIFF_SAMPLES, &samples);
  tiff->get_field_or_default(file, VIT_TIFF_PLANES, &planes);
  tiff->get_field_or_default(file, VIT_TIFF_COMPRESSION, &compression);
  return width == layout->width && height == layout->height && bits == layout->bits &&
         samples == layout->samples && compression == layout->compression &&
         (planes == VIT_TIFF_PLANES_SEPARATE && samples > 1) == layout->is_planar &&
         (tiff->is_tiled(file) != 0) == layout->is_tiled;
}

// The sizes of rows, strips and tiles; false where they are not those of the layout.
static bool measure(tiff_picture *picture, TIFF *file) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  if (layout->is_tiled) {
    tiff->get_field(file, VIT_TIFF_TILE_WIDTH, &picture->tile_width);
    tiff->get_field(file, VIT_TIFF_TILE_HEIGHT, &picture->tile_height);
    if (picture->tile_width == 0 || picture->tile_height == 0) return false;
  } else {
    tiff->get_field_or_default(file, VIT_TIFF_ROWS_PER_STRIP, &picture->rows_per_strip);
    if (picture->rows_per_strip == 0) return false;
    if (picture->rows_per_strip > layout->height) picture->rows_per_strip = layout->height;
  }
  if (tiff_has_library_convert(picture)) return true;
  const uint64_t row_width = layout->is_tiled ? picture->tile_width : layout->width;
  const uint64_t samples = layout->is_planar ? 1 : layout->samples;
  // 32 and 16 bits, and at most 16 and 32 bits: no overflow.
  uint64_t bytes = (row_width * samples * layout->bits + 7) / 8;
  if (layout->is_tiled && __builtin_mul_overflow(bytes, picture->tile_height, &bytes)) return false;
  const ptrdiff_t told = layout->is_tiled ? tiff->tile_size(file) : tiff->row_size(file);
  if (told <= 0 || (uint64_t)told != bytes) return false;
  picture->unit_bytes = (size_t)told;
  return true;
}

codec_status tiff_open_readers(tiff_picture *picture) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  int count = 1;
  if (layout->is_planar && !tiff_has_library_convert(picture) && !layout->is_tiled) {
    count = tiff_color_samples(layout->color) + (layout->alpha_sample >= 0);
  }
  for (; picture->reader_count < count; picture->reader_count++) {
    tiff_reader *reader = &picture->readers[picture->reader_count];
    reader->picture = picture;
    reader->file = open_file(picture, reader);
    if (reader->file == NULL) return tiff_fail_to_read(picture, "its directory cannot be read");
    if (!is_of_layout(picture, reader->file)) {
      return tiff_fail_to_read(picture, "its directory contradicts itself");
    }
    if (layout->compression == COMPRESSION_JPEG) {
      // From luma and chroma, where the JPEG has those.
      tiff->set_field(
        reader->file, VIT_TIFF_JPEG_COLOR_MODE, (int)VIT_TIFF_JPEG_COLOR_MODE_RGB);
    }
    if (tiff_has_library_convert(picture)) {
      // The first row of what libtiff gives is then the first that is stored.
      tiff->set_field(reader->file, VIT_TIFF_ORIENTATION, (int)VIT_TIFF_ORIENTATION_BOTTOM_LEFT);
    }
    find_cut(picture, reader->file);
    if (!measure(picture, reader->file)) {
      return tiff_fail_to_read(picture, "its rows are not of the size that is told");
    }
    tiff_tell_error_as_warning(picture);
  }
  return CODEC_OK;
}
