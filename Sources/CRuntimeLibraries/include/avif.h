// libavif's decoder: the functions of `avif/avif.h` that are used, of its versions 0.11 and 1.x
// (libavif.so.15 and .16), and what is read and written of its structures, whose layout depends on the
// version.
#ifndef vit_avif_h
#define vit_avif_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct avifDecoder avifDecoder;

// avifResult
enum {
  VIT_AVIF_OK = 0,
  VIT_AVIF_NO_CODEC_AVAILABLE = 15,
  VIT_AVIF_TRUNCATED_DATA = 20,
  VIT_AVIF_IO_ERROR = 22,
  VIT_AVIF_WAITING_ON_IO = 23,
  VIT_AVIF_NOT_IMPLEMENTED = 25,
  VIT_AVIF_OUT_OF_MEMORY = 26,
};

// avifROData
typedef struct {
  const uint8_t *bytes;
  size_t count;
} vit_avif_bytes;

// avifIO: where a decoder gets its bytes from.
typedef struct vit_avif_io {
  void (*destroy)(struct vit_avif_io *io);
  int (*read)(
    struct vit_avif_io *io, uint32_t flags, uint64_t offset, size_t count, vit_avif_bytes *out);
  void *write;
  // Bytes of the whole file.
  uint64_t size;
  // Whether what is read stays where it is.
  int is_persistent;
  void *data;
} vit_avif_io;

// The first members of avifImage, which are those of all versions.
typedef struct {
  uint32_t width;
  uint32_t height;
} vit_avif_image;

// Frames of an animation, for each of which the parser keeps a few words.
#define VIT_AVIF_MAXIMUM_FRAMES 65536

typedef struct {
  uint64_t maximum_pixels;
  // Whether tiles of a grid are there when others are not.
  bool is_incremental;
} vit_avif_settings;

typedef struct {
  // As "0.11.1".
  const char *(*version)(void);
  // An avifResult in words.
  const char *(*describe)(int result);
  avifDecoder *(*new_decoder)(void);
  void (*delete_decoder)(avifDecoder *decoder);
  void (*set_io)(avifDecoder *decoder, vit_avif_io *io);
  int (*parse)(avifDecoder *decoder);
  int (*next_image)(avifDecoder *decoder);
  // Of an incremental decoder whose last answer was VIT_AVIF_WAITING_ON_IO.
  uint32_t (*decoded_rows)(const avifDecoder *decoder);
  // Of an avifRGBImage; through vit_avif_convert.
  void (*set_rgb_defaults)(void *rgb, const vit_avif_image *image);
  int (*to_rgb)(const vit_avif_image *image, void *rgb);
} vit_avif;

// NULL, with why, where libavif is not there or of another version.
const vit_avif *vit_avif_library(const char **problem);

// One thread, no EXIF or XMP, and of strictness what Pillow's `_avif.c` leaves: no `pixi` is asked for,
// and `clap` may say what it wants.
void vit_avif_configure(avifDecoder *decoder, const vit_avif_settings *settings);
// The decoder's image: its size from vit_avif.parse on, its samples from vit_avif.next_image on.
const vit_avif_image *vit_avif_decoded(const avifDecoder *decoder);
// Whether it has transparency, from vit_avif.parse on.
bool vit_avif_has_alpha(const avifDecoder *decoder);
// Converts the decoder's image to RGB, or RGBA without premultiplication, of 8 bits; an avifResult.
// After that the decoder can only be destroyed.
int vit_avif_convert(avifDecoder *decoder, bool has_alpha, uint8_t *pixels, uint32_t stride);
// The high eight bits of the luma of the decoder's image into every `step`-th byte, rows without
// padding; false where it has none.
bool vit_avif_luma(const avifDecoder *decoder, uint8_t *bytes, size_t step);

#endif
