// RGB8 to PNG through libpng.
#include "CCodecs.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  codec_status failure;
} output;

static void fail(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void note(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void append(png_structp png, png_bytep bytes, size_t count) {
  output *out = png_get_io_ptr(png);
  if (count > SIZE_MAX / 2 - out->count) {
    out->failure = CODEC_OUT_OF_MEMORY;
    png_error(png, "too large");
  }
  if (out->count + count > out->capacity) {
    size_t capacity = (out->count + count) * 2;
    uint8_t *grown = realloc(out->bytes, capacity);
    if (grown == NULL) {
      out->failure = CODEC_OUT_OF_MEMORY;
      png_error(png, "out of memory");
    }
    out->bytes = grown;
    out->capacity = capacity;
  }
  memcpy(out->bytes + out->count, bytes, count);
  out->count += count;
}

static void flush(png_structp png) { (void)png; }

codec_status codec_png_encode(
  const uint8_t *rgb, uint32_t width, uint32_t height, uint8_t **bytes, size_t *count) {
  output out = {.failure = CODEC_UNSUPPORTED};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, note);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_write_struct(&png, NULL);
    return CODEC_OUT_OF_MEMORY;
  }
  output *volatile result = &out;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(result->bytes);
    return result->failure;
  }
  png_set_write_fn(png, &out, append, flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
    png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t y = 0; y < height; y++) {
    png_write_row(png, rgb + (size_t)y * width * 3);
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  *bytes = out.bytes;
  *count = out.count;
  return CODEC_OK;
}

void codec_png_free(uint8_t *bytes) { free(bytes); }
