// TIFF through libtiff: its first directory, row by row, or by rows of tiles.
//
// Of planes each has a reader of its own, so that of planes too no more than a row is kept. Strips of
// faxes are read whole: a bad code word ends a strip, as in Pillow, but of single rows only its row.
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CRuntimeLibraries.h>

#include "../picture_kind.h"
#include "samples.h"

// Of CCITT: run lengths, group 3 and 4, and run lengths that begin at words.
enum {
  COMPRESSION_RLE = 2,
  COMPRESSION_GROUP_3 = 3,
  COMPRESSION_GROUP_4 = 4,
  COMPRESSION_JPEG = 7,
  COMPRESSION_RLE_WORDS = 32771,
};

typedef struct tiff_picture tiff_picture;

// What libtiff reads the file through.
typedef struct {
  tiff_picture *picture;
  uint64_t position;
  TIFF *file;
} tiff_reader;

struct tiff_picture {
  codec_picture picture;
  codec_tiff_layout layout;
  tiff_chroma chroma;
  const vit_tiff *tiff;
  // One, or one for each sample that is of use.
  tiff_reader readers[TIFF_MOST_SAMPLES];
  int reader_count;
  uint32_t rows_per_strip;
  uint32_t tile_width;
  uint32_t tile_height;
  // Bytes of a row, or a tile, as libtiff gives it: of one sample where the file has planes.
  size_t unit_bytes;
  // A row or tile of each sample that is of use, or the rows of a strip.
  uint8_t *units;
  // Samples of a row as bytes.
  uint8_t *bytes;
  // The picture's rows that a row of tiles made.
  uint8_t *band;
  // Rows that were read together.
  uint32_t band_start;
  uint32_t band_end;
  bool is_prepared;
  // Whether some of the data lies behind the end of the file.
  bool is_cut;
  // What libtiff said last; empty where it has been told.
  char last_error[CODEC_MESSAGE_SIZE];
};

// MARK: Messages

// The picture that the thread works on: libtiff before 4.5 has one handler for all files of a process.
static _Thread_local tiff_picture *current;
static vit_tiff_handler earlier_error_handler;
static vit_tiff_handler earlier_warning_handler;

static void keep_error(tiff_picture *picture, const char *format, va_list arguments) {
  vsnprintf(picture->last_error, CODEC_MESSAGE_SIZE, format, arguments);
}

static void keep_warning(tiff_picture *picture, const char *format, va_list arguments) {
  // Private tags are no fault of a file.
  if (strncmp(format, "Unknown field with tag", 22) == 0) return;
  codec_picture_warn(&picture->picture, format, arguments);
}

static int take_error(
  TIFF *file, void *client, const char *module, const char *format, va_list arguments) {
  (void)file, (void)module;
  keep_error(client, format, arguments);
  return 1;
}

static int take_warning(
  TIFF *file, void *client, const char *module, const char *format, va_list arguments) {
  (void)file, (void)module;
  keep_warning(client, format, arguments);
  return 1;
}

static void take_error_of_thread(const char *module, const char *format, va_list arguments) {
  if (current != NULL) {
    keep_error(current, format, arguments);
  } else if (earlier_error_handler != NULL) {
    earlier_error_handler(module, format, arguments);
  }
}

static void take_warning_of_thread(const char *module, const char *format, va_list arguments) {
  if (current != NULL) {
    keep_warning(current, format, arguments);
  } else if (earlier_warning_handler != NULL) {
    earlier_warning_handler(module, format, arguments);
  }
}

static void take_messages_of_threads(void) {
  const char *problem = NULL;
  const vit_tiff *tiff = vit_tiff_library(&problem);
  if (tiff == NULL || tiff->new_options != NULL) return;
  earlier_error_handler = tiff->set_error_handler(take_error_of_thread);
  earlier_warning_handler = tiff->set_warning_handler(take_warning_of_thread);
}

static void warn(tiff_picture *picture, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

static void warn(tiff_picture *picture, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  codec_picture_warn(&picture->picture, format, arguments);
  va_end(arguments);
}

// What libtiff called an error and went on after, such as a bad code word of a fax.
static void tell_error_as_warning(tiff_picture *picture) {
  if (picture->last_error[0] == 0) return;
  warn(picture, "%s", picture->last_error);
  picture->last_error[0] = 0;
}

static codec_status fail_to_read(tiff_picture *picture, const char *otherwise) {
  const char *reason = picture->last_error[0] != 0 ? picture->last_error : otherwise;
  return codec_picture_fail(
    &picture->picture, picture->is_cut ? CODEC_TRUNCATED : CODEC_CORRUPT, "%s", reason);
}

// MARK: The file

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

static TIFF *open_file(tiff_picture *picture, tiff_reader *reader) {
  const vit_tiff *tiff = picture->tiff;
  if (tiff->new_options == NULL) {
    return tiff->open(
      "image", "r", reader, read_bytes, write_bytes, seek, close_nothing, size, map, unmap);
  }
  TIFFOpenOptions *options = tiff->new_options();
  if (options == NULL) return NULL;
  tiff->options_set_error_handler(options, take_error, picture);
  tiff->options_set_warning_handler(options, take_warning, picture);
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
         (planes == VIT_TIFF_PLANES_SEPARATE) == layout->is_planar &&
         (tiff->is_tiled(file) != 0) == layout->is_tiled;
}

static bool has_library_convert(const tiff_picture *picture) {
  return picture->layout.color == CODEC_TIFF_YCBCR_BY_LIBRARY;
}

static bool reads_strips(const tiff_picture *picture) {
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
  if (has_library_convert(picture)) return true;
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

static codec_status open_readers(tiff_picture *picture) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  int count = 1;
  if (layout->is_planar && !has_library_convert(picture) && !layout->is_tiled) {
    count = tiff_color_samples(layout->color) + (layout->alpha_sample >= 0);
  }
  for (; picture->reader_count < count; picture->reader_count++) {
    tiff_reader *reader = &picture->readers[picture->reader_count];
    reader->picture = picture;
    reader->file = open_file(picture, reader);
    if (reader->file == NULL) return fail_to_read(picture, "its directory cannot be read");
    if (!is_of_layout(picture, reader->file)) {
      return fail_to_read(picture, "its directory contradicts itself");
    }
    if (layout->compression == COMPRESSION_JPEG) {
      // From luma and chroma, where the JPEG has those.
      tiff->set_field(
        reader->file, VIT_TIFF_JPEG_COLOR_MODE, (int)VIT_TIFF_JPEG_COLOR_MODE_RGB);
    }
    if (has_library_convert(picture)) {
      // The first row of what libtiff gives is then the first that is stored.
      tiff->set_field(reader->file, VIT_TIFF_ORIENTATION, (int)VIT_TIFF_ORIENTATION_BOTTOM_LEFT);
    }
    find_cut(picture, reader->file);
    if (!measure(picture, reader->file)) {
      return fail_to_read(picture, "its rows are not of the size that is told");
    }
    tell_error_as_warning(picture);
  }
  return CODEC_OK;
}

static codec_status read_header(codec_picture *base) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  tiff_picture *picture = (tiff_picture *)base;
  const codec_tiff_layout *layout = &picture->layout;
  base->width = layout->width;
  base->height = layout->height;
  base->channels = layout->alpha_sample >= 0 ? 4 : 3;
  const char *problem = NULL;
  picture->tiff = vit_tiff_library(&problem);
  if (picture->tiff == NULL) return codec_picture_fail(base, CODEC_NO_LIBRARY, "%s", problem);
  pthread_once(&once, take_messages_of_threads);
  if (!picture->tiff->has_codec(layout->compression)) {
    return codec_picture_fail(
      base, CODEC_UNSUPPORTED, "compression %u, which the system's libtiff does not have",
      (unsigned)layout->compression);
  }
  current = picture;
  const codec_status status = open_readers(picture);
  current = NULL;
  return status;
}

// MARK: Rows

// Where libtiff's rows are the picture's already.
static bool is_direct(const tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  return layout->color == CODEC_TIFF_RGB && layout->bits == 8 && !layout->is_planar &&
         !layout->is_tiled && layout->samples == picture->picture.channels &&
         !layout->is_premultiplied && !reads_strips(picture);
}

static void *allocate(uint64_t count, uint64_t size) {
  uint64_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX) return NULL;
  return malloc((size_t)bytes);
}

static bool prepare(tiff_picture *picture) {
  const codec_tiff_layout *layout = &picture->layout;
  const uint64_t color = (uint64_t)tiff_color_samples(layout->color);
  const uint64_t width = layout->width;
  const uint64_t channels = (uint64_t)picture->picture.channels;
  if (is_direct(picture)) return true;
  uint64_t row_width = layout->is_tiled ? picture->tile_width : width;
  if (has_library_convert(picture)) {
    const uint64_t rows = layout->is_tiled ? picture->tile_height : picture->rows_per_strip;
    picture->units = allocate(row_width * rows, 4);
  } else {
    const uint64_t units = layout->is_planar      ? color + (layout->alpha_sample >= 0)
                           : reads_strips(picture) ? picture->rows_per_strip
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

// The samples of a row of the units: `number`-th of a pixel, of which alpha is the last.
static void find_samples(
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

static codec_status read_scan_row(tiff_picture *picture, uint8_t *row) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  const uint32_t number = picture->picture.next_row;
  const bool is_direct_row = is_direct(picture);
  const int color = tiff_color_samples(layout->color);
  for (int i = 0; i < picture->reader_count; i++) {
    const int sample = i < color ? i : layout->alpha_sample;
    uint8_t *unit = is_direct_row ? row : picture->units + (size_t)i * picture->unit_bytes;
    if (tiff->read_row(picture->readers[i].file, unit, number, (uint16_t)sample) != 1) {
      return fail_to_read(picture, "the image data breaks off");
    }
  }
  if (is_direct_row) return CODEC_OK;
  tiff_samples samples[TIFF_MOST_SAMPLES];
  find_samples(picture, 0, samples);
  tiff_convert(layout, &picture->chroma, samples, layout->width, picture->bytes, row);
  return CODEC_OK;
}

static codec_status read_row_of_fax(tiff_picture *picture, uint8_t *row) {
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
      return fail_to_read(picture, "a strip cannot be read");
    }
    picture->band_start = number;
    picture->band_end = number + rows;
  }
  tiff_samples samples[TIFF_MOST_SAMPLES];
  find_samples(picture, (number - picture->band_start) * picture->unit_bytes, samples);
  tiff_convert(layout, &picture->chroma, samples, layout->width, picture->bytes, row);
  return CODEC_OK;
}

// MARK: Tiles

// libtiff's words: the lowest byte is red.
static void copy_words(const uint32_t *words, uint32_t count, uint8_t *rgb) {
  for (uint32_t x = 0; x < count; x++, rgb += 3) {
    rgb[0] = (uint8_t)words[x];
    rgb[1] = (uint8_t)(words[x] >> 8);
    rgb[2] = (uint8_t)(words[x] >> 16);
  }
}

static codec_status read_tile(tiff_picture *picture, uint32_t x, uint32_t y) {
  const vit_tiff *tiff = picture->tiff;
  const codec_tiff_layout *layout = &picture->layout;
  TIFF *file = picture->readers[0].file;
  if (has_library_convert(picture)) {
    return tiff->read_rgba_tile(file, x, y, (uint32_t *)picture->units, 1) != 0
             ? CODEC_OK
             : fail_to_read(picture, "a tile cannot be read");
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
      return fail_to_read(picture, "a tile cannot be read");
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
    if (has_library_convert(picture)) {
      // Of a tile that sticks out of the picture libtiff puts the rows at the end.
      const size_t row = picture->tile_height - rows + y;
      copy_words((const uint32_t *)picture->units + row * picture->tile_width, width, target);
    } else {
      tiff_samples samples[TIFF_MOST_SAMPLES];
      const size_t row_bytes = picture->unit_bytes / picture->tile_height;
      find_samples(picture, y * row_bytes, samples);
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

static codec_status read_row_of_tile(tiff_picture *picture, uint8_t *row) {
  const uint32_t number = picture->picture.next_row;
  if (number >= picture->band_end) {
    const codec_status status = read_row_of_tiles(picture);
    if (status != CODEC_OK) return status;
  }
  const size_t stride = (size_t)picture->layout.width * (size_t)picture->picture.channels;
  memcpy(row, picture->band + (number - picture->band_start) * stride, stride);
  return CODEC_OK;
}

// A row of a strip that libtiff turned into RGBA.
static codec_status read_row_of_strip(tiff_picture *picture, uint8_t *row) {
  const uint32_t number = picture->picture.next_row;
  if (number >= picture->band_end) {
    TIFF *file = picture->readers[0].file;
    if (!picture->tiff->read_rgba_strip(file, number, (uint32_t *)picture->units, 1)) {
      return fail_to_read(picture, "a strip cannot be read");
    }
    const uint32_t left = picture->layout.height - number;
    picture->band_start = number;
    picture->band_end =
      number + (left < picture->rows_per_strip ? left : picture->rows_per_strip);
  }
  const uint32_t width = picture->layout.width;
  const size_t place = (size_t)(number - picture->band_start) * width;
  copy_words((const uint32_t *)picture->units + place, width, row);
  return CODEC_OK;
}

static codec_status read_row(codec_picture *base, uint8_t *row) {
  tiff_picture *picture = (tiff_picture *)base;
  if (!picture->is_prepared && !prepare(picture)) return CODEC_OUT_OF_MEMORY;
  picture->is_prepared = true;
  current = picture;
  codec_status status;
  if (picture->layout.is_tiled) {
    status = read_row_of_tile(picture, row);
  } else if (has_library_convert(picture)) {
    status = read_row_of_strip(picture, row);
  } else if (reads_strips(picture)) {
    status = read_row_of_fax(picture, row);
  } else {
    status = read_scan_row(picture, row);
  }
  if (status == CODEC_OK) tell_error_as_warning(picture);
  current = NULL;
  return status;
}

static void destroy(codec_picture *base) {
  tiff_picture *picture = (tiff_picture *)base;
  current = picture;
  for (int i = 0; i < TIFF_MOST_SAMPLES; i++) {
    if (picture->readers[i].file != NULL) picture->tiff->close(picture->readers[i].file);
  }
  current = NULL;
  free(picture->units);
  free(picture->bytes);
  free(picture->band);
}

static const codec_picture_kind kind = {
  .read_header = read_header, .read_row = read_row, .destroy = destroy};

codec_picture *codec_tiff_create(
  const codec_picture_source *source, const codec_tiff_layout *layout) {
  tiff_picture *picture = codec_picture_create(sizeof *picture, &kind, source);
  if (picture == NULL) return NULL;
  picture->layout = *layout;
  return &picture->picture;
}

// MARK: Version

bool codec_tiff_version(char text[CODEC_MESSAGE_SIZE]) {
  const char *problem = NULL;
  const vit_tiff *tiff = vit_tiff_library(&problem);
  if (tiff == NULL) {
    snprintf(text, CODEC_MESSAGE_SIZE, "%s", problem);
    return false;
  }
  // As "LIBTIFF, Version 4.5.0", and lines of copyright.
  const char *version = tiff->version();
  const char *number = strstr(version, "Version ");
  number = number != NULL ? number + strlen("Version ") : version;
  snprintf(text, CODEC_MESSAGE_SIZE, "%.*s", (int)strcspn(number, "\n"), number);
  return true;
}
