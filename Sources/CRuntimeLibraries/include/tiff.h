// libtiff: the functions and types of `tiffio.h` that are used (libtiff.so.6 and libtiff.so.5, 4.0.10
// and later; what came later is optional).
#ifndef vit_tiff_h
#define vit_tiff_h

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tiff TIFF;
typedef struct TIFFOpenOptions TIFFOpenOptions;

// Tags, and values of them.
enum {
  VIT_TIFF_WIDTH = 256,
  VIT_TIFF_HEIGHT = 257,
  VIT_TIFF_BITS = 258,
  VIT_TIFF_COMPRESSION = 259,
  VIT_TIFF_STRIP_OFFSETS = 273,
  VIT_TIFF_ORIENTATION = 274,
  VIT_TIFF_SAMPLES = 277,
  VIT_TIFF_ROWS_PER_STRIP = 278,
  VIT_TIFF_STRIP_BYTES = 279,
  VIT_TIFF_PLANES = 284,
  VIT_TIFF_TILE_WIDTH = 322,
  VIT_TIFF_TILE_HEIGHT = 323,
  VIT_TIFF_TILE_OFFSETS = 324,
  VIT_TIFF_TILE_BYTES = 325,
  // Of the library itself: in which colours its JPEG decoder gives pixels.
  VIT_TIFF_JPEG_COLOR_MODE = 65538,
  VIT_TIFF_JPEG_COLOR_MODE_RGB = 1,
  VIT_TIFF_ORIENTATION_BOTTOM_LEFT = 4,
  VIT_TIFF_PLANES_SEPARATE = 2,
};

typedef ptrdiff_t (*vit_tiff_read)(void *client, void *bytes, ptrdiff_t count);
typedef uint64_t (*vit_tiff_seek)(void *client, uint64_t offset, int whence);
typedef int (*vit_tiff_close)(void *client);
typedef uint64_t (*vit_tiff_size)(void *client);
typedef int (*vit_tiff_map)(void *client, void **bytes, uint64_t *count);
typedef void (*vit_tiff_unmap)(void *client, void *bytes, uint64_t count);
// A message for whole threads, until version 4.5.
typedef void (*vit_tiff_handler)(const char *module, const char *format, va_list arguments);
// A message about one file; 1 where it is dealt with.
typedef int (*vit_tiff_file_handler)(
  TIFF *file, void *client, const char *module, const char *format, va_list arguments);

typedef struct {
  const char *(*version)(void);
  TIFF *(*open)(
    const char *name, const char *mode, void *client, vit_tiff_read read, vit_tiff_read write,
    vit_tiff_seek seek, vit_tiff_close close, vit_tiff_size size, vit_tiff_map map,
    vit_tiff_unmap unmap);
  void (*close)(TIFF *file);
  // Variadic, and so they must be declared: arguments go another way than to other functions.
  int (*get_field)(TIFF *file, uint32_t tag, ...);
  int (*get_field_or_default)(TIFF *file, uint32_t tag, ...);
  int (*set_field)(TIFF *file, uint32_t tag, ...);
  int (*is_tiled)(TIFF *file);
  int (*has_codec)(uint16_t compression);
  uint32_t (*strip_count)(TIFF *file);
  uint32_t (*tile_count)(TIFF *file);
  ptrdiff_t (*row_size)(TIFF *file);
  ptrdiff_t (*tile_size)(TIFF *file);
  uint32_t (*tile_number)(TIFF *file, uint32_t x, uint32_t y, uint32_t z, uint16_t sample);
  // 1, or -1 on failure.
  int (*read_row)(TIFF *file, void *row, uint32_t number, uint16_t sample);
  // Their number of bytes, or -1 on failure.
  ptrdiff_t (*read_strip)(TIFF *file, uint32_t number, void *bytes, ptrdiff_t size);
  ptrdiff_t (*read_tile)(TIFF *file, uint32_t number, void *bytes, ptrdiff_t size);
  // As words of which the lowest byte is red; 0 on failure.
  int (*read_rgba_strip)(TIFF *file, uint32_t row, uint32_t *pixels, int stops_on_error);
  int (*read_rgba_tile)(TIFF *file, uint32_t x, uint32_t y, uint32_t *pixels, int stops_on_error);
  vit_tiff_handler (*set_error_handler)(vit_tiff_handler handler);
  vit_tiff_handler (*set_warning_handler)(vit_tiff_handler handler);

  // Since 4.5: all NULL, or none.
  TIFFOpenOptions *(*new_options)(void);
  void (*delete_options)(TIFFOpenOptions *options);
  void (*options_set_error_handler)(
    TIFFOpenOptions *options, vit_tiff_file_handler handler, void *client);
  void (*options_set_warning_handler)(
    TIFFOpenOptions *options, vit_tiff_file_handler handler, void *client);
  void (*options_set_largest_allocation)(TIFFOpenOptions *options, ptrdiff_t bytes);
  TIFF *(*open_with_options)(
    const char *name, const char *mode, void *client, vit_tiff_read read, vit_tiff_read write,
    vit_tiff_seek seek, vit_tiff_close close, vit_tiff_size size, vit_tiff_map map,
    vit_tiff_unmap unmap, TIFFOpenOptions *options);
} vit_tiff;

// NULL, with why, where libtiff is not there.
const vit_tiff *vit_tiff_library(const char **problem);

#endif
