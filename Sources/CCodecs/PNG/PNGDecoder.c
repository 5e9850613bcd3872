// PNG to RGB8, row by row, through libpng, which sees only the chunks that it is shown.
#include "CCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "../blend.h"

struct codec_png {
  png_structp png;
  png_infop info;

  // The stream shown to libpng: signature, then each chunk as head, data and checksum.
  const uint8_t *bytes;
  size_t byte_count;
  const codec_png_chunk *chunks;
  size_t chunk_count;
  size_t chunk;  // the run of chunks
  uint32_t of_run;  // chunks of it that were shown
  uint32_t length;  // of the one that is shown
  size_t offset;
  size_t position;  // within it, head and checksum included
  size_t signature_position;

  codec_status failure;
  codec_alpha alpha;
  uint8_t background[3];

  uint32_t width;
  uint32_t height;
  int channels;
  uint32_t next_row;
  // One row with alpha, or the whole image where it is interlaced.
  uint8_t *buffer;
  bool interlaced;
  bool decoded;
  codec_report report;
};

// MARK: Errors

static void fail(png_structp png, png_const_charp message) {
  codec_png *decoder = png_get_error_ptr(png);
  snprintf(decoder->report.error, CODEC_MESSAGE_SIZE, "%s", message);
  // An error once everything was handed over means that image data is missing.
  bool at_end = decoder->chunk + 1 >= decoder->chunk_count;
  decoder->failure = at_end ? CODEC_TRUNCATED : CODEC_CORRUPT;
  png_longjmp(png, 1);
}

static void note(png_structp png, png_const_charp message) {
  codec_png *decoder = png_get_error_ptr(png);
  if (decoder->report.warning_count++ == 0) {
    snprintf(decoder->report.warning, CODEC_MESSAGE_SIZE, "%s", message);
  }
}

// MARK: Source

enum { HEAD = 8, CHECKSUM = 4 };

// The chunk that is shown next: the first of a run, or the one behind the last, whose head is in the
// bytes.
static void begin_chunk(codec_png *decoder) {
  const codec_png_chunk *run = &decoder->chunks[decoder->chunk];
  if (decoder->of_run == 0) {
    decoder->length = run->length;
    decoder->offset = run->offset;
    return;
  }
  decoder->offset += (size_t)decoder->length + CHECKSUM + HEAD;
  const uint8_t *head = decoder->bytes + decoder->offset - HEAD;
  size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
  size_t rest = decoder->byte_count - decoder->offset;
  decoder->length = (uint32_t)(length < rest ? length : rest);
}

static void take(png_structp png, png_bytep output, size_t count) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  codec_png *decoder = png_get_io_ptr(png);
  while (count > 0) {
    if (decoder->signature_position < sizeof signature) {
      *output++ = signature[decoder->signature_position++];
      count--;
      continue;
    }
    if (decoder->chunk >= decoder->chunk_count) {
      png_error(png, "the file ends early");
    }
    const codec_png_chunk *run = &decoder->chunks[decoder->chunk];
    size_t position = decoder->position;
    if (position == 0) begin_chunk(decoder);
    const size_t data_end = HEAD + (size_t)decoder->length;
    size_t step = 1;
    if (position < 4) {
      *output = (uint8_t)(decoder->length >> (24 - 8 * position));
    } else if (position < HEAD) {
      *output = run->type[position - 4];
    } else if (position < data_end) {
      size_t rest = data_end - position;
      step = count < rest ? count : rest;
      memcpy(output, decoder->bytes + decoder->offset + (position - HEAD), step);
    } else {
      *output = 0;  // a checksum, which libpng is told to ignore
    }
    output += step;
    count -= step;
    decoder->position += step;
    if (decoder->position == data_end + CHECKSUM) {
      decoder->position = 0;
      if (++decoder->of_run == run->count) {
        decoder->of_run = 0;
        decoder->chunk++;
      }
    }
  }
}

// MARK: Life

codec_png *codec_png_create(
  const uint8_t *bytes, size_t byte_count, const codec_png_chunk *chunks, size_t chunk_count, codec_alpha alpha,
  const uint8_t background[3]) {
  codec_png *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) {
    return NULL;
  }
  decoder->bytes = bytes;
  decoder->byte_count = byte_count;
  decoder->chunks = chunks;
  decoder->chunk_count = chunk_count;
  decoder->alpha = alpha;
  memcpy(decoder->background, background, 3);
  decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, fail, note);
  if (decoder->png != NULL) {
    decoder->info = png_create_info_struct(decoder->png);
  }
  if (decoder->info == NULL) {
    codec_png_destroy(decoder);
    return NULL;
  }
  return decoder;
}

void codec_png_destroy(codec_png *decoder) {
  if (decoder == NULL) {
    return;
  }
  png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
  free(decoder->buffer);
  free(decoder);
}

const codec_report *codec_png_report(const codec_png *decoder) { return &decoder->report; }

// MARK: Decoding

// Whether any pixel can be the key colour that tRNS names. Pillow compares the key with the levels of
// a gray image scaled to 8 bits, where libpng compares it with those that are stored: of fewer than 8
// bits the key is changed into the stored level that Pillow would find, if there is one.
static bool has_key_color(png_structp png, png_infop info) {
  if (png_get_valid(png, info, PNG_INFO_tRNS) == 0) return false;
  unsigned depth = png_get_bit_depth(png, info);
  if (png_get_color_type(png, info) != PNG_COLOR_TYPE_GRAY || depth >= 8) return true;
  png_bytep alphas = NULL;
  int count = 0;
  png_color_16p key = NULL;
  png_get_tRNS(png, info, &alphas, &count, &key);
  if (key == NULL) return false;
  unsigned step = 255u / ((1u << depth) - 1);
  // Of 1 bit Pillow takes any number but 0 for white.
  unsigned level = depth == 1 ? (key->gray != 0 ? 255u : 0u) : key->gray & 255u;
  if (level % step != 0) return false;
  png_color_16 stored = *key;
  stored.gray = (png_uint_16)(level / step);
  png_set_tRNS(png, info, NULL, 0, &stored);
  return true;
}

codec_status codec_png_read_header(codec_png *decoder, uint32_t *width, uint32_t *height) {
  png_structp png = decoder->png;
  png_infop info = decoder->info;
  if (setjmp(png_jmpbuf(png))) {
    return decoder->failure;
  }
  png_set_read_fn(png, decoder, take);
  // Checksums that matter were checked by the caller; the data has zlib's own.
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_benign_errors(png, 1);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller limits pixels
  png_read_info(png, info);

  int color_type = png_get_color_type(png, info);
  bool has_key = has_key_color(png, info);
  if (color_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_palette_to_rgb(png);
  }
  if ((color_type & PNG_COLOR_MASK_COLOR) == 0) {
    png_set_expand_gray_1_2_4_to_8(png);
    png_set_gray_to_rgb(png);
  }
  if (decoder->alpha == CODEC_BLEND_ALPHA) {
    if (has_key) {
      png_set_tRNS_to_alpha(png);
    }
  } else {
    png_set_strip_alpha(png);
  }
  // The high byte, as Pillow takes for colour; after the comparison with a 16-bit key colour.
  png_set_strip_16(png);
  decoder->interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
  if (decoder->interlaced) {
    (void)png_set_interlace_handling(png);
  }
  png_read_update_info(png, info);

  decoder->width = png_get_image_width(png, info);
  decoder->height = png_get_image_height(png, info);
  decoder->channels = png_get_channels(png, info);
  bool as_expected = (decoder->channels == 3 || decoder->channels == 4)
    && png_get_bit_depth(png, info) == 8
    && png_get_rowbytes(png, info) == (size_t)decoder->width * (size_t)decoder->channels;
  if (!as_expected) {
    png_error(png, "no conversion to 8-bit RGB");
  }
  *width = decoder->width;
  *height = decoder->height;
  return CODEC_OK;
}

static void emit(const codec_png *decoder, const uint8_t *row, uint8_t *rgb) {
  if (decoder->channels == 4) {
    codec_blend(row, rgb, decoder->width, decoder->background);
  } else {
    memcpy(rgb, row, (size_t)decoder->width * 3);
  }
}

// Whether libpng has delivered the last row, though it may have failed afterwards.
static bool all_rows_arrived(const codec_png *decoder) {
  enum { PASSES = 7 };
  if (decoder->interlaced) return png_get_current_pass_number(decoder->png) >= PASSES;
  return png_get_current_row_number(decoder->png) >= decoder->height;
}

static codec_status read_row(codec_png *decoder, uint8_t *row) {
  if (setjmp(png_jmpbuf(decoder->png))) {
    if (!all_rows_arrived(decoder)) {
      return decoder->failure;
    }
    // Only the end of the compressed data, its checksum, is missing.
    decoder->failure = CODEC_OK;
    decoder->report.error[0] = 0;
    note(decoder->png, "the image data ends without its checksum");
    return CODEC_OK;
  }
  png_read_row(decoder->png, row, NULL);
  return CODEC_OK;
}

static codec_status read_interlaced(codec_png *decoder) {
  const size_t stride = (size_t)decoder->width * (size_t)decoder->channels;
  enum { PASSES = 7 };
  decoder->buffer = calloc(decoder->height, stride);
  if (decoder->buffer == NULL) {
    return decoder->failure = CODEC_OUT_OF_MEMORY;
  }
  for (int pass = 0; pass < PASSES; pass++) {
    for (uint32_t y = 0; y < decoder->height; y++) {
      codec_status status = read_row(decoder, decoder->buffer + y * stride);
      if (status != CODEC_OK) {
        return status;
      }
    }
  }
  return CODEC_OK;
}

codec_status codec_png_read_rows(
  codec_png *decoder, uint8_t *rgb, uint32_t rows, uint32_t *rows_read) {
  const size_t stride = (size_t)decoder->width * 3;
  *rows_read = 0;
  if (rows > decoder->height - decoder->next_row) {
    rows = decoder->height - decoder->next_row;
  }
  if (decoder->interlaced) {
    if (!decoder->decoded) {
      codec_status status = read_interlaced(decoder);
      decoder->decoded = true;
      if (status == CODEC_OUT_OF_MEMORY) {
        return status;
      }
    }
    const size_t source_stride = (size_t)decoder->width * (size_t)decoder->channels;
    for (; *rows_read < rows; ++*rows_read, ++decoder->next_row) {
      emit(decoder, decoder->buffer + decoder->next_row * source_stride, rgb + *rows_read * stride);
    }
    return decoder->failure;
  }

  if (decoder->failure != CODEC_OK) {
    return decoder->failure;
  }
  if (decoder->channels == 4 && decoder->buffer == NULL) {
    decoder->buffer = malloc((size_t)decoder->width * 4);
    if (decoder->buffer == NULL) {
      return decoder->failure = CODEC_OUT_OF_MEMORY;
    }
  }
  for (; *rows_read < rows; ++*rows_read, ++decoder->next_row) {
    uint8_t *row = rgb + *rows_read * stride;
    bool has_alpha = decoder->channels == 4;
    codec_status status = read_row(decoder, has_alpha ? decoder->buffer : row);
    if (status != CODEC_OK) {
      return status;
    }
    if (has_alpha) {
      codec_blend(decoder->buffer, row, decoder->width, decoder->background);
    }
  }
  return CODEC_OK;
}

const char *codec_png_version(void) { return "libpng " PNG_LIBPNG_VER_STRING; }
