#include "avif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lookup.h"

static vit_avif library;
// Of the versions: 0.11, or 1.x, whose structures are only extended at their ends.
static bool is_version_1;

// MARK: avifImage

// Its first members, of both versions.
typedef struct {
  vit_avif_image size;
  uint32_t depth;
  int format;
  int range;
  int chroma_position;
  uint8_t *planes[3];
  uint32_t strides[3];
} image_start;

// avifPixelFormat
enum { FORMAT_422 = 2, FORMAT_420 = 3 };

// Version 0.11 converts by itself what has more than eight bits and chroma of half the width, and later
// versions, as Pillow's, cut the samples to eight bits and let libyuv convert them
// (`reformat_libyuv.c`, avifImageDownshiftTo8bpc): up to six levels apart. So the samples are cut where
// they lie, as they are not read again.
static void cut_to_8_bits(image_start *image) {
  if (image->depth <= 8 || (image->format != FORMAT_422 && image->format != FORMAT_420)) return;
  for (int plane = 0; plane < 3; plane++) {
    uint32_t width = image->size.width, height = image->size.height;
    if (plane > 0) {
      width = width / 2 + width % 2;
      if (image->format == FORMAT_420) height = height / 2 + height % 2;
    }
    if (image->planes[plane] == NULL) return;
    for (uint32_t y = 0; y < height; y++) {
      uint8_t *row = image->planes[plane] + (size_t)y * image->strides[plane];
      for (uint32_t x = 0; x < width; x++) {
        uint16_t sample;
        memcpy(&sample, row + 2 * (size_t)x, sizeof sample);
        row[x] = (uint8_t)(sample >> (image->depth - 8));
      }
    }
  }
  image->depth = 8;
}

// MARK: avifDecoder

typedef struct {
  uint64_t timescale;
  double time;
  uint64_t time_in_timescales;
  double duration;
  uint64_t duration_in_timescales;
} image_timing;

// Its first members, of both versions.
typedef struct {
  int codec;
  int maximum_threads;
  int source;
  int allow_progressive;
  int allow_incremental;
  int ignore_exif;
  int ignore_xmp;
  uint32_t image_size_limit;
  uint32_t image_dimension_limit;
  uint32_t image_count_limit;
  uint32_t strict_flags;
  image_start *image;
  int image_index;
  int image_count;
  int progressive_state;
  image_timing timing;
  uint64_t timescale;
  double duration;
  uint64_t duration_in_timescales;
} decoder_start;

typedef struct {
  decoder_start start;
  int is_alpha_present;
} decoder_0_11;

typedef struct {
  decoder_start start;
  int repetition_count;
  int is_alpha_present;
} decoder_1;

// AVIF_STRICT_ALPHA_ISPE_REQUIRED
static const uint32_t alpha_needs_size = 1 << 2;
// AVIF_DEFAULT_IMAGE_SIZE_LIMIT, above which avifDecoderParse refuses a limit, as it does 0.
static const uint32_t highest_size_limit = 16384 * 16384;

void vit_avif_configure(avifDecoder *decoder, const vit_avif_settings *settings) {
  decoder_start *start = (decoder_start *)decoder;
  start->maximum_threads = 1;
  start->allow_incremental = settings->is_incremental;
  start->ignore_exif = 1;
  start->ignore_xmp = 1;
  start->image_size_limit = settings->maximum_pixels == 0 ? 1
    : settings->maximum_pixels < highest_size_limit       ? (uint32_t)settings->maximum_pixels
                                                          : highest_size_limit;
  // The number of pixels is limit enough; 0 is none.
  start->image_dimension_limit = 0;
  start->image_count_limit = VIT_AVIF_MAXIMUM_FRAMES;
  start->strict_flags = alpha_needs_size;
}

const vit_avif_image *vit_avif_decoded(const avifDecoder *decoder) {
  return &((const decoder_start *)decoder)->image->size;
}

bool vit_avif_has_alpha(const avifDecoder *decoder) {
  return is_version_1 ? ((const decoder_1 *)decoder)->is_alpha_present != 0
                      : ((const decoder_0_11 *)decoder)->is_alpha_present != 0;
}

bool vit_avif_luma(const avifDecoder *decoder, uint8_t *bytes, size_t step) {
  const image_start *image = ((const decoder_start *)decoder)->image;
  if (image->planes[0] == NULL || image->depth < 8 || image->depth > 16) return false;
  for (size_t y = 0; y < image->size.height; y++) {
    const uint8_t *row = image->planes[0] + y * image->strides[0];
    for (size_t x = 0; x < image->size.width; x++, bytes += step) {
      uint16_t sample = row[x];
      if (image->depth > 8) memcpy(&sample, row + 2 * x, sizeof sample);
      *bytes = (uint8_t)(sample >> (image->depth - 8));
    }
  }
  return true;
}

// MARK: avifRGBImage

// Its first members, of both versions.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t depth;
  int format;
  int chroma_upsampling;
  int chroma_downsampling;
  int avoid_libyuv;
  int ignore_alpha;
  int is_premultiplied;
  int is_float;
} rgb_start;

typedef struct {
  rgb_start start;
  uint8_t *pixels;
  uint32_t stride;
} rgb_0_11;

typedef struct {
  rgb_start start;
  int maximum_threads;
  uint8_t *pixels;
  uint32_t stride;
} rgb_1;

// avifRGBFormat
enum { FORMAT_RGB = 0, FORMAT_RGBA = 1 };

int vit_avif_convert(avifDecoder *decoder, bool has_alpha, uint8_t *pixels, uint32_t stride) {
  image_start *image = ((decoder_start *)decoder)->image;
  if (!is_version_1 && !has_alpha) cut_to_8_bits(image);
  // Room for what later versions add.
  union {
    rgb_start start;
    rgb_0_11 version_0_11;
    rgb_1 version_1;
    uint8_t room[256];
  } rgb;
  memset(&rgb, 0, sizeof rgb);
  library.set_rgb_defaults(&rgb, &image->size);
  rgb.start.depth = 8;
  rgb.start.format = has_alpha ? FORMAT_RGBA : FORMAT_RGB;
  rgb.start.is_premultiplied = 0;
  if (is_version_1) {
    rgb.version_1.pixels = pixels;
    rgb.version_1.stride = stride;
  } else {
    rgb.version_0_11.pixels = pixels;
    rgb.version_0_11.stride = stride;
  }
  return library.to_rgb(&image->size, &rgb);
}

// MARK: The library

// Whether the layouts above are those of the version.
static bool knows_version(const char *version) {
  char *end = NULL;
  long major = strtol(version, &end, 10);
  if (major == 0 && strncmp(version, "0.11.", 5) == 0) return true;
  is_version_1 = major == 1 && *end == '.';
  return is_version_1;
}

static const char *const names[] = {
#ifdef __APPLE__
  "libavif.16.dylib",
  "/opt/homebrew/lib/libavif.16.dylib",
  "/usr/local/lib/libavif.16.dylib",
  "libavif.15.dylib",
#else
  "libavif.so.16",
  "libavif.so.15",
#endif
};

static const vit_looked_up_function functions[] = {
  {&library.version, "avifVersion", false},
  {&library.describe, "avifResultToString", false},
  {&library.new_decoder, "avifDecoderCreate", false},
  {&library.delete_decoder, "avifDecoderDestroy", false},
  {&library.set_io, "avifDecoderSetIO", false},
  {&library.parse, "avifDecoderParse", false},
  {&library.next_image, "avifDecoderNextImage", false},
  {&library.decoded_rows, "avifDecoderDecodedRowCount", false},
  {&library.set_rgb_defaults, "avifRGBImageSetDefaults", false},
  {&library.to_rgb, "avifImageYUVToRGB", false},
};

static bool prepare(char message[VIT_LOOKUP_MESSAGE_SIZE]) {
  if (knows_version(library.version())) return true;
  snprintf(
    message, VIT_LOOKUP_MESSAGE_SIZE, "its version is %s; 0.11 and 1.x are known",
    library.version());
  return false;
}

const vit_avif *vit_avif_library(const char **problem) {
  static vit_runtime_library found = VIT_RUNTIME_LIBRARY(names, functions, prepare);
  return vit_is_there(&found, problem) ? &library : NULL;
}
