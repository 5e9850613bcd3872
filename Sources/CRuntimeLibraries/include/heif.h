// libheif: the functions and types of `libheif/heif.h` that are used (libheif.so.1, 1.12 and later).
#ifndef vit_heif_h
#define vit_heif_h

#include <stddef.h>
#include <stdint.h>

typedef struct heif_context heif_context;
typedef struct heif_image_handle heif_image_handle;
typedef struct heif_image heif_image;

typedef struct {
  // heif_error_code and heif_suberror_code
  int code;
  int detail;
  // Lives as long as what it is about.
  const char *message;
} vit_heif_error;

// heif_error_code
enum {
  VIT_HEIF_OK = 0,
  VIT_HEIF_UNSUPPORTED_FILE_TYPE = 3,
  VIT_HEIF_UNSUPPORTED_FEATURE = 4,
  VIT_HEIF_MEMORY_ERROR = 6,
  VIT_HEIF_PLUGIN_LOADING_ERROR = 11,
};

// heif_suberror_code
enum {
  VIT_HEIF_END_OF_DATA = 100,
  VIT_HEIF_SECURITY_LIMIT_EXCEEDED = 1000,
};

// heif_compression_format
enum { VIT_HEIF_HEVC = 1 };

// heif_colorspace
enum { VIT_HEIF_RGB = 1 };

// heif_chroma
enum { VIT_HEIF_444 = 3, VIT_HEIF_INTERLEAVED_RGB = 10, VIT_HEIF_INTERLEAVED_RGBA = 11 };

// heif_channel
enum {
  VIT_HEIF_R = 3,
  VIT_HEIF_G = 4,
  VIT_HEIF_B = 5,
  VIT_HEIF_ALPHA = 6,
  VIT_HEIF_INTERLEAVED = 10,
};

// The first members of heif_decoding_options, which may be extended at its end.
typedef struct {
  uint8_t version;
  uint8_t ignores_transformations;
  void *progress[4];
  uint8_t is_cut_to_8_bits;
} vit_heif_options;

// heif_color_profile_nclx, its first version; the codes are those of ITU-T H.273.
typedef struct {
  uint8_t version;
  int color_primaries;
  int transfer_characteristics;
  int matrix_coefficients;
  uint8_t is_full_range;
} vit_heif_nclx;

// The first members of heif_security_limits (1.19), which may be extended at its end.
typedef struct {
  uint8_t version;
  uint64_t maximum_pixels;
} vit_heif_security_limits;

typedef struct {
  // As "1.15.1".
  const char *(*version)(void);
  // From 1.14 on; loads the decoders that are files of their own.
  vit_heif_error (*initialize)(void *parameters);
  int (*has_decoder)(int compression);
  heif_context *(*new_context)(void);
  void (*delete_context)(heif_context *context);
  // Width and height, each.
  void (*set_maximum_side)(heif_context *context, int side);
  // From 1.13 on; 0 for the caller's alone.
  void (*set_maximum_threads)(heif_context *context, int threads);
  // From 1.19 on.
  vit_heif_security_limits *(*security_limits)(heif_context *context);
  // The bytes are borrowed.
  vit_heif_error (*read)(
    heif_context *context, const void *bytes, size_t count, const void *options);
  vit_heif_error (*primary_handle)(heif_context *context, heif_image_handle **handle);
  void (*delete_handle)(const heif_image_handle *handle);
  // After cropping and turning.
  int (*handle_width)(const heif_image_handle *handle);
  int (*handle_height)(const heif_image_handle *handle);
  int (*has_alpha)(const heif_image_handle *handle);
  int (*is_premultiplied)(const heif_image_handle *handle);
  // What its `colr` says; an error where it has none.
  vit_heif_error (*handle_nclx)(const heif_image_handle *handle, vit_heif_nclx **profile);
  void (*delete_nclx)(vit_heif_nclx *profile);
  vit_heif_options *(*new_options)(void);
  void (*delete_options)(vit_heif_options *options);
  vit_heif_error (*decode)(
    const heif_image_handle *handle, heif_image **image, int colorspace, int chroma,
    const vit_heif_options *options);
  void (*delete_image)(const heif_image *image);
  // Of a channel; -1 where there is none.
  int (*width)(const heif_image *image, int channel);
  int (*height)(const heif_image *image, int channel);
  // Those that a sample uses of the 8 or 16 that it lies in.
  int (*bits)(const heif_image *image, int channel);
  const uint8_t *(*plane)(const heif_image *image, int channel, int *stride);
} vit_heif;

// NULL, with why, where libheif is not there.
const vit_heif *vit_heif_library(const char **problem);

#endif
