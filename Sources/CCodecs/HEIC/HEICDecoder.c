// HEIC through libheif, which crops, turns and converts to RGB as it does for Pillow.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CRuntimeLibraries.h>

#include "../picture_kind.h"
#include "HEICRounding.h"

typedef struct {
  codec_picture picture;
  bool is_420;
  heif_context *context;
  heif_image_handle *handle;
} heic_picture;

// MARK: Errors

static const char *const no_decoder =
  "it has no decoder for HEVC, which may be a package of its own: libheif-plugin-libde265";

// A library that decodes HEVC, or why there is none.
static const vit_heif *find_library(const char **problem) {
  const vit_heif *library = vit_heif_library(problem);
  if (library == NULL || library->has_decoder(VIT_HEIF_HEVC)) return library;
  *problem = no_decoder;
  return NULL;
}

static codec_status fail(codec_picture *picture, vit_heif_error error, const char *what) {
  // One line of them.
  const char *message = error.message != NULL ? error.message : "nothing";
  const int words = (int)strcspn(message, "\r\n");
  if (error.detail == VIT_HEIF_END_OF_DATA) {
    return codec_picture_fail(picture, CODEC_TRUNCATED, "%s ends early", what);
  }
  if (error.code == VIT_HEIF_MEMORY_ERROR) {
    if (error.detail != VIT_HEIF_SECURITY_LIMIT_EXCEEDED) return CODEC_OUT_OF_MEMORY;
    return codec_picture_fail(picture, CODEC_CORRUPT, "%s asks for too much memory", what);
  }
  if (error.code == VIT_HEIF_UNSUPPORTED_FEATURE || error.code == VIT_HEIF_UNSUPPORTED_FILE_TYPE
      || error.code == VIT_HEIF_PLUGIN_LOADING_ERROR) {
    return codec_picture_fail(
      picture, CODEC_UNSUPPORTED, "%s is of a kind that libheif does not decode, it says: %.*s", what,
      words, message);
  }
  return codec_picture_fail(
    picture, CODEC_CORRUPT, "%s is damaged, libheif says: %.*s", what, words, message);
}

// MARK: Header

static void set_limits(const vit_heif *library, heif_context *context, uint64_t maximum_pixels) {
  library->set_maximum_side(context, maximum_pixels > INT32_MAX ? INT32_MAX : (int)maximum_pixels);
  if (library->security_limits != NULL) {
    library->security_limits(context)->maximum_pixels = maximum_pixels;
  }
  // Whoever decodes many images does so on all processors already.
  if (library->set_maximum_threads != NULL) library->set_maximum_threads(context, 0);
}

static codec_status read_header(codec_picture *picture) {
  heic_picture *heic = (heic_picture *)picture;
  const char *problem = NULL;
  const vit_heif *library = find_library(&problem);
  if (library == NULL) return codec_picture_fail(picture, CODEC_NO_LIBRARY, "%s", problem);
  heic->context = library->new_context();
  if (heic->context == NULL) return CODEC_OUT_OF_MEMORY;
  set_limits(library, heic->context, picture->source.maximum_pixels);
  vit_heif_error error = library->read(
    heic->context, picture->source.bytes, picture->source.byte_count, NULL);
  if (error.code != VIT_HEIF_OK) return fail(picture, error, "its header");
  error = library->primary_handle(heic->context, &heic->handle);
  if (error.code != VIT_HEIF_OK) return fail(picture, error, "its header");
  const int width = library->handle_width(heic->handle);
  const int height = library->handle_height(heic->handle);
  if (width <= 0 || height <= 0) {
    return codec_picture_fail(picture, CODEC_CORRUPT, "%d x %d pixels", width, height);
  }
  picture->width = (uint32_t)width;
  picture->height = (uint32_t)height;
  picture->channels = library->has_alpha(heic->handle) ? 4 : 3;
  return CODEC_OK;
}

// MARK: Pixels

typedef struct {
  const uint8_t *samples;
  size_t stride;
  int bits;
} image_plane;

// A channel, if it is there with at least so many samples of so many bytes.
static bool find_plane(
  const codec_picture *picture, const vit_heif *library, const heif_image *image, int channel,
  size_t bytes, image_plane *plane) {
  int stride = 0;
  plane->samples = library->plane(image, channel, &stride);
  plane->bits = library->bits(image, channel);
  const int width = library->width(image, channel), height = library->height(image, channel);
  if (plane->samples == NULL || plane->bits < 8 || plane->bits > 16 || stride < 0) return false;
  if (plane->bits > 8) bytes *= 2;
  plane->stride = (size_t)stride;
  return width >= 0 && (uint32_t)width >= picture->width && height >= 0
    && (uint32_t)height >= picture->height && plane->stride >= (size_t)picture->width * bytes;
}

static codec_status unknown_planes(codec_picture *picture) {
  return codec_picture_fail(
    picture, CODEC_CORRUPT, "the image data is not of %u x %u pixels of one kind", picture->width,
    picture->height);
}

// The high eight bits of a row of one channel into every `step`-th byte.
static void write_high_bytes(
  const uint8_t *samples, int bits, uint8_t *bytes, int step, size_t width) {
  for (size_t x = 0; x < width; x++, bytes += step) {
    *bytes = (uint8_t)(codec_sample(samples, bits, x) >> (bits - 8));
  }
}

static codec_status write_interleaved(
  codec_picture *picture, const vit_heif *library, const heif_image *image, uint8_t *pixels) {
  const size_t bytes = (size_t)picture->width * (size_t)picture->channels;
  image_plane plane;
  if (!find_plane(
        picture, library, image, VIT_HEIF_INTERLEAVED, (size_t)picture->channels, &plane)
      || plane.bits != 8) {
    return unknown_planes(picture);
  }
  for (size_t row = 0; row < picture->height; row++) {
    memcpy(pixels + row * bytes, plane.samples + row * plane.stride, bytes);
  }
  return CODEC_OK;
}

// Whether the colour was converted from Y'CbCr of a full range by a matrix that is known.
static bool find_luma(const heic_picture *heic, const vit_heif *library, codec_luma *luma) {
  vit_heif_nclx *profile = NULL;
  if (library->handle_nclx(heic->handle, &profile).code != VIT_HEIF_OK || profile == NULL) {
    return codec_luma_of(2, luma);
  }
  const bool is_known =
    profile->is_full_range && codec_luma_of(profile->matrix_coefficients, luma);
  library->delete_nclx(profile);
  return is_known;
}

static codec_status write_planar(
  codec_picture *picture, const vit_heif *library, const heif_image *image, uint8_t *pixels) {
  const heic_picture *heic = (const heic_picture *)picture;
  const size_t width = picture->width;
  const int channels = picture->channels;
  image_plane planes[4];
  for (int i = 0; i < channels; i++) {
    const int channel = i < 3 ? VIT_HEIF_R + i : VIT_HEIF_ALPHA;
    if (!find_plane(picture, library, image, channel, 1, &planes[i])) {
      return unknown_planes(picture);
    }
  }
  const int bits = planes[0].bits;
  if (planes[1].bits != bits || planes[2].bits != bits) return unknown_planes(picture);
  // Elsewhere one level is what the rounding makes; division by alpha and cutting make it more.
  const bool is_premultiplied = channels == 4 && library->is_premultiplied(heic->handle);
  codec_luma luma;
  const bool is_rounded = heic->is_420 && (bits > 8 || is_premultiplied)
    && find_luma(heic, library, &luma);
  for (size_t row = 0; row < picture->height; row++, pixels += width * (size_t)channels) {
    const uint8_t *rows[4];
    for (int i = 0; i < channels; i++) rows[i] = planes[i].samples + row * planes[i].stride;
    if (is_rounded) codec_round_as_pillow(&luma, rows, bits, pixels, channels, width);
    for (int i = is_rounded ? 3 : 0; i < channels; i++) {
      write_high_bytes(rows[i], planes[i].bits, pixels + i, channels, width);
    }
  }
  return CODEC_OK;
}

// Colour that was multiplied by alpha, divided by it, as Pillow does (`Convert.c`, rgbA2rgba).
static void divide_by_alpha(uint8_t *rgba, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, rgba += 4) {
    const unsigned alpha = rgba[3];
    if (alpha == 0 || alpha == 255) continue;
    for (int channel = 0; channel < 3; channel++) {
      const unsigned value = 255 * rgba[channel] / alpha;
      rgba[channel] = (uint8_t)(value > 255 ? 255 : value);
    }
  }
}

// Up to 1.15 libheif makes planes of RGB, of as many bits as the file has, before anything else; later
// it converts in one step.
static bool makes_planes(const vit_heif *library) {
  char *end = NULL;
  const char *version = library->version();
  return strtol(version, &end, 10) == 1 && *end == '.' && strtol(end + 1, NULL, 10) < 16;
}

static codec_status decode(codec_picture *picture, uint8_t *pixels, uint32_t *rows) {
  const heic_picture *heic = (const heic_picture *)picture;
  const char *problem = NULL;
  const vit_heif *library = vit_heif_library(&problem);
  *rows = 0;
  const bool is_planar = makes_planes(library);
  vit_heif_options *options = library->new_options();
  if (options == NULL) return CODEC_OUT_OF_MEMORY;
  options->is_cut_to_8_bits = !is_planar;
  const int chroma = is_planar  ? VIT_HEIF_444
    : picture->channels == 4 ? VIT_HEIF_INTERLEAVED_RGBA
                             : VIT_HEIF_INTERLEAVED_RGB;
  heif_image *image = NULL;
  const vit_heif_error error =
    library->decode(heic->handle, &image, VIT_HEIF_RGB, chroma, options);
  library->delete_options(options);
  if (error.code != VIT_HEIF_OK) return fail(picture, error, "the image data");
  const codec_status status = is_planar ? write_planar(picture, library, image, pixels)
                                        : write_interleaved(picture, library, image, pixels);
  library->delete_image(image);
  if (status != CODEC_OK) return status;
  if (picture->channels == 4 && library->is_premultiplied(heic->handle)) {
    divide_by_alpha(pixels, (size_t)picture->width * picture->height);
  }
  *rows = picture->height;
  return CODEC_OK;
}

static void destroy(codec_picture *picture) {
  const heic_picture *heic = (const heic_picture *)picture;
  const char *problem = NULL;
  const vit_heif *library = vit_heif_library(&problem);
  if (heic->handle != NULL) library->delete_handle(heic->handle);
  if (heic->context != NULL) library->delete_context(heic->context);
}

static const codec_picture_kind kind = {
  .read_header = read_header, .decode = decode, .destroy = destroy};

codec_picture *codec_heic_create(const codec_picture_source *source, bool is_420) {
  heic_picture *picture = codec_picture_create(sizeof *picture, &kind, source);
  if (picture == NULL) return NULL;
  picture->is_420 = is_420;
  return &picture->picture;
}

bool codec_heic_version(char text[CODEC_MESSAGE_SIZE]) {
  const char *problem = NULL;
  const vit_heif *library = find_library(&problem);
  snprintf(text, CODEC_MESSAGE_SIZE, "%s", library != NULL ? library->version() : problem);
  return library != NULL;
}
