// What the pictures of all libraries have in common, and what each does in its own way.
#ifndef vit_picture_kind_h
#define vit_picture_kind_h

#include <stdarg.h>

#include "codec_picture.h"

typedef struct {
  // Sets `width`, `height` and `channels`.
  codec_status (*read_header)(codec_picture *picture);
  // Decodes the whole image as `channels` bytes a pixel without padding, and tells in `rows` how many
  // of its rows are there, also on failure.
  codec_status (*decode)(codec_picture *picture, uint8_t *pixels, uint32_t *rows);
  // Instead, for who decodes piece by piece: the next row, as `channels` bytes a pixel.
  codec_status (*read_row)(codec_picture *picture, uint8_t *row);
  void (*destroy)(codec_picture *picture);
} codec_picture_kind;

// The first member of each kind's own structure.
struct codec_picture {
  const codec_picture_kind *kind;
  codec_picture_source source;
  uint32_t width;
  uint32_t height;
  // 3 RGB, 4 RGBA.
  int channels;
  uint32_t next_row;
  // The whole image, or one row.
  uint8_t *pixels;
  uint32_t decoded_rows;
  codec_status failure;
  codec_report report;
};

// A new one of `size` bytes, whose first member is a codec_picture; NULL when out of memory.
void *codec_picture_create(
  size_t size, const codec_picture_kind *kind, const codec_picture_source *source);
// Writes what is wrong into the report, and returns `status`.
codec_status codec_picture_fail(
  codec_picture *picture, codec_status status, const char *format, ...)
  __attribute__((format(printf, 3, 4)));
void codec_picture_warn(codec_picture *picture, const char *format, va_list arguments)
  __attribute__((format(printf, 2, 0)));

#endif
