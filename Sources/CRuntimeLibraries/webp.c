#include "webp.h"

#include <pthread.h>

#include "lookup.h"

static vit_webp library;
static bool is_there;
static char message[VIT_LOOKUP_MESSAGE_SIZE];

static void look_up(void) {
  static const char *const names[] = {
#ifdef __APPLE__
    "libwebp.7.dylib", "/opt/homebrew/lib/libwebp.7.dylib", "/usr/local/lib/libwebp.7.dylib",
#else
    "libwebp.so.7",
#endif
  };
  const vit_looked_up_function functions[] = {
    {&library.version, "WebPGetDecoderVersion", false},
    {&library.new_decoder, "WebPINewRGB", false},
    {&library.update, "WebPIUpdate", false},
    {&library.rows, "WebPIDecGetRGB", false},
    {&library.delete_decoder, "WebPIDelete", false},
  };
  is_there = vit_look_up(
    names, sizeof names / sizeof *names, functions, sizeof functions / sizeof *functions, message);
}

const vit_webp *vit_webp_library(const char **problem) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, look_up);
  *problem = message;
  return is_there ? &library : NULL;
}
