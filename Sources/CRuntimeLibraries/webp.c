#include "webp.h"

#include "lookup.h"

static vit_webp library;

static const char *const names[] = {
#ifdef __APPLE__
  "libwebp.7.dylib", "/opt/homebrew/lib/libwebp.7.dylib", "/usr/local/lib/libwebp.7.dylib",
#else
  "libwebp.so.7",
#endif
};

static const vit_looked_up_function functions[] = {
  {&library.version, "WebPGetDecoderVersion", false},
  {&library.new_decoder, "WebPINewRGB", false},
  {&library.update, "WebPIUpdate", false},
  {&library.rows, "WebPIDecGetRGB", false},
  {&library.delete_decoder, "WebPIDelete", false},
};

const vit_webp *vit_webp_library(const char **problem) {
  static vit_runtime_library found = VIT_RUNTIME_LIBRARY(names, functions, NULL);
  return vit_is_there(&found, problem) ? &library : NULL;
}
