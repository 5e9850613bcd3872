// Decoding and encoding behind plain status codes: JPEG and PNG through libjpeg and libpng here, what
// the libraries decode that are looked up when they are needed in codec_picture.h.
//
// libjpeg and libpng report errors by longjmp, which must never cross a Swift frame: every function
// here catches it and returns a status. A decoder whose function returned anything but CODEC_OK
// may only be destroyed. Input bytes are borrowed and must outlive the decoder.
#ifndef vit_ccodecs_h
#define vit_ccodecs_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec_picture.h"
#include "codec_status.h"

// MARK: JPEG

typedef struct codec_jpeg codec_jpeg;

typedef struct {
  uint32_t width;
  uint32_t height;
  // 1 gray, 3 colour, 4 CMYK or YCCK.
  int components;
  bool progressive;
  bool arithmetic;
} codec_jpeg_header;

// NULL when out of memory. With allow_truncated a missing end is filled in as libjpeg does.
codec_jpeg *codec_jpeg_create(
  const uint8_t *bytes, size_t count, bool allow_truncated, int maximum_scans);
// Reads up to the first scan; nothing that depends on the image's size is allocated.
codec_status codec_jpeg_read_header(codec_jpeg *decoder, codec_jpeg_header *header);
// Decodes at `eighths` / 8 of the size, 1 to 8, by smaller transforms; between reading the header
// and the first rows. The size becomes that of the smaller image.
codec_status codec_jpeg_reduce(
  codec_jpeg *decoder, unsigned eighths, uint32_t *width, uint32_t *height);
// Decodes the next `rows` rows (no more than remain) as RGB8 without padding. `rows_read` counts
// what was written, also on failure.
codec_status codec_jpeg_read_rows(
  codec_jpeg *decoder, uint8_t *rgb, uint32_t rows, uint32_t *rows_read);
const codec_report *codec_jpeg_report(const codec_jpeg *decoder);
void codec_jpeg_destroy(codec_jpeg *decoder);

// The library and its version, e.g. "libjpeg-turbo 2.1.5".
const char *codec_jpeg_version(void);

// MARK: PNG

typedef struct codec_png codec_png;

// Chunks to show to libpng: their type, how many of it follow one another, and where the first one's
// data lies in the bytes. Checksums are made up on the way, so that a chunk which was cut short or has
// a wrong checksum can be read; the last of several ends with the bytes where it is longer. A file of
// a million chunks costs no more memory than one of ten.
typedef struct {
  uint8_t type[4];
  uint32_t length;  // of the first
  uint32_t count;
  size_t offset;
} codec_png_chunk;

// The chunks must be IHDR, [PLTE], [tRNS], IDAT..., IEND, and lie within the bytes; the array is
// borrowed like the bytes. NULL when out of memory.
codec_png *codec_png_create(
  const uint8_t *bytes, size_t byte_count, const codec_png_chunk *chunks, size_t chunk_count, codec_alpha alpha,
  const uint8_t background[3]);
// Reads up to the first IDAT and prepares the conversion to RGB8.
codec_status codec_png_read_header(codec_png *decoder, uint32_t *width, uint32_t *height);
// As codec_jpeg_read_rows. An interlaced image is decoded whole on the first call, and a failure
// there counts every row as read, those not reached in black.
codec_status codec_png_read_rows(
  codec_png *decoder, uint8_t *rgb, uint32_t rows, uint32_t *rows_read);
const codec_report *codec_png_report(const codec_png *decoder);
void codec_png_destroy(codec_png *decoder);

// Encodes RGB8 without padding. On CODEC_OK `*bytes` is to be freed with codec_png_free.
codec_status codec_png_encode(
  const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count);
void codec_png_free(uint8_t *bytes);

const char *codec_png_version(void);

#endif
