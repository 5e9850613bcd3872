// libwebp's decoder: the functions and types of `webp/decode.h` that are used (libwebp.so.7, 0.6 and
// later; its interface has not changed since).
#ifndef vit_webp_h
#define vit_webp_h

#include <stddef.h>
#include <stdint.h>

typedef struct WebPIDecoder WebPIDecoder;

// VP8StatusCode
enum {
  VIT_WEBP_OK = 0,
  VIT_WEBP_OUT_OF_MEMORY = 1,
  VIT_WEBP_SUSPENDED = 5,
  VIT_WEBP_NOT_ENOUGH_DATA = 7,
};

// WEBP_CSP_MODE
enum { VIT_WEBP_RGB = 0, VIT_WEBP_RGBA = 1 };

typedef struct {
  // Major, minor and revision, a byte each.
  int (*version)(void);
  // An incremental decoder into the caller's pixels, with `stride` bytes from one row to the next.
  WebPIDecoder *(*new_decoder)(int mode, uint8_t *pixels, size_t size, int stride);
  // Decodes as far as the bytes go, which are borrowed and all given each time; a status code.
  int (*update)(WebPIDecoder *decoder, const uint8_t *bytes, size_t count);
  // How far it came: the number of whole rows in `last_row`.
  uint8_t *(*rows)(const WebPIDecoder *decoder, int *last_row, int *width, int *height, int *stride);
  void (*delete_decoder)(WebPIDecoder *decoder);
} vit_webp;

// NULL, with why, where libwebp is not there.
const vit_webp *vit_webp_library(const char **problem);

#endif
