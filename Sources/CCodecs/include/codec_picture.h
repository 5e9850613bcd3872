// An image file that a library decodes which is looked up when it is first needed: one interface for
// all of them.
//
// A picture whose function returned anything but CODEC_OK may only be destroyed. Input bytes are
// borrowed and must outlive it.
#ifndef vit_codec_picture_h
#define vit_codec_picture_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec_status.h"

typedef struct {
  const uint8_t *bytes;
  size_t byte_count;
  codec_alpha alpha;
  uint8_t background[3];
  // Whether an image whose data breaks off gives the rows that are there.
  bool allow_truncated;
  // Pixels of an image that a library may be asked for.
  uint64_t maximum_pixels;
} codec_picture_source;

typedef struct codec_picture codec_picture;

// Reads as far as the size; nothing that depends on it is allocated.
codec_status codec_picture_read_header(codec_picture *picture, uint32_t *width, uint32_t *height);
// The next `rows` rows as RGB8 without padding, as codec_jpeg_read_rows. A library that decodes whole
// images does so in the first call, and straight into `rgb` where all rows are asked for and the image
// has no alpha.
codec_status codec_picture_read_rows(
  codec_picture *picture, uint8_t *rgb, uint32_t rows, uint32_t *rows_read);
const codec_report *codec_picture_report(const codec_picture *picture);
void codec_picture_destroy(codec_picture *picture);

// MARK: WebP

// The image to be decoded in a WebP: of its chunks `VP8 `, before which `ALPH` may lie, or `VP8L`, in
// the source's bytes, and where it lies on its canvas.
typedef struct {
  uint32_t canvas_width;
  uint32_t canvas_height;
  uint32_t width;
  uint32_t height;
  uint32_t left;
  uint32_t top;
  // Whether the file has transparency; else that of a lossless image is dropped.
  bool has_alpha;
} codec_webp_frame;

// NULL when out of memory.
codec_picture *codec_webp_create(const codec_picture_source *source, const codec_webp_frame *frame);
// As "1.2.4"; false, with why, where the library is not there.
bool codec_webp_version(char text[CODEC_MESSAGE_SIZE]);

// MARK: AVIF

typedef struct {
  const uint8_t *bytes;
  size_t count;
} codec_bytes;

// A whole file; its transformations (`clap`, `irot`, `imir`) are not applied.
//
// `told_size` is that of the whole file, of which less may be there.
//
// `alpha` is the same file with its transparency as the primary image, or nothing. It is read where
// libavif finds no transparency, as its version 0.11 does where the colour is a grid and the
// transparency is not. NULL when out of memory.
codec_picture *codec_avif_create(
  const codec_picture_source *source, uint64_t told_size, codec_bytes alpha);
// As "0.11.1"; false, with why, where the library is not there.
bool codec_avif_version(char text[CODEC_MESSAGE_SIZE]);

// MARK: HEIC

// A whole file; its transformations are applied. `is_420` tells whether its chroma is halved both ways.
// NULL when out of memory.
codec_picture *codec_heic_create(const codec_picture_source *source, bool is_420);
// As "1.15.1"; false, with why, where the library is not there.
bool codec_heic_version(char text[CODEC_MESSAGE_SIZE]);

// MARK: TIFF

typedef enum {
  CODEC_TIFF_GRAY,
  // Gray whose lowest number is white.
  CODEC_TIFF_GRAY_FROM_WHITE,
  CODEC_TIFF_RGB,
  CODEC_TIFF_PALETTE,
  CODEC_TIFF_CMYK,
  // CIE L*a*b* of 8 bits: a* and b* with a sign.
  CODEC_TIFF_LAB,
  // Luma and chroma of 8 bits, as many of one as of the other.
  CODEC_TIFF_YCBCR,
  // Luma and chroma that libtiff turns into RGB.
  CODEC_TIFF_YCBCR_BY_LIBRARY,
} codec_tiff_color;

typedef enum { CODEC_TIFF_UNSIGNED = 1, CODEC_TIFF_SIGNED = 2, CODEC_TIFF_FLOAT = 3 } codec_tiff_number;

// The first directory of a TIFF, as far as it tells what the pixels are.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint16_t compression;
  // Of each sample.
  uint16_t bits;
  codec_tiff_number number;
  // Of each pixel, those that are of no use included.
  uint16_t samples;
  bool is_planar;
  bool is_tiled;
  codec_tiff_color color;
  // The sample that is alpha, or -1, and whether the colours are multiplied by it.
  int alpha_sample;
  bool is_premultiplied;
  // Of signed and real numbers: what is black and what is white.
  double lowest;
  double highest;
  // RGB of each index, `1 << bits` of them, borrowed.
  const uint8_t *palette;
  // Bytes that libtiff may ask for at once.
  size_t largest_allocation;
} codec_tiff_layout;

// The source is the whole file. NULL when out of memory.
codec_picture *codec_tiff_create(
  const codec_picture_source *source, const codec_tiff_layout *layout);
// As "4.5.0"; false, with why, where the library is not there.
bool codec_tiff_version(char text[CODEC_MESSAGE_SIZE]);

#endif
