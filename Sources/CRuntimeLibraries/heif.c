#include "heif.h"

#include "lookup.h"

static vit_heif library;

static const char *const names[] = {
#ifdef __APPLE__
  "libheif.1.dylib", "/opt/homebrew/lib/libheif.1.dylib", "/usr/local/lib/libheif.1.dylib",
#else
  "libheif.so.1",
#endif
};

static const vit_looked_up_function functions[] = {
  {&library.version, "heif_get_version", false},
  {&library.initialize, "heif_init", true},
  {&library.has_decoder, "heif_have_decoder_for_format", false},
  {&library.new_context, "heif_context_alloc", false},
  {&library.delete_context, "heif_context_free", false},
  {&library.set_maximum_side, "heif_context_set_maximum_image_size_limit", false},
  {&library.set_maximum_threads, "heif_context_set_max_decoding_threads", true},
  {&library.security_limits, "heif_context_get_security_limits", true},
  {&library.read, "heif_context_read_from_memory_without_copy", false},
  {&library.primary_handle, "heif_context_get_primary_image_handle", false},
  {&library.delete_handle, "heif_image_handle_release", false},
  {&library.handle_width, "heif_image_handle_get_width", false},
  {&library.handle_height, "heif_image_handle_get_height", false},
  {&library.has_alpha, "heif_image_handle_has_alpha_channel", false},
  {&library.is_premultiplied, "heif_image_handle_is_premultiplied_alpha", false},
  {&library.handle_nclx, "heif_image_handle_get_nclx_color_profile", false},
  {&library.delete_nclx, "heif_nclx_color_profile_free", false},
  {&library.new_options, "heif_decoding_options_alloc", false},
  {&library.delete_options, "heif_decoding_options_free", false},
  {&library.decode, "heif_decode_image", false},
  {&library.delete_image, "heif_image_release", false},
  {&library.width, "heif_image_get_width", false},
  {&library.height, "heif_image_get_height", false},
  {&library.bits, "heif_image_get_bits_per_pixel_range", false},
  {&library.plane, "heif_image_get_plane_readonly", false},
};

// Never undone: decoders stay loaded as long as the process.
static bool prepare(char message[VIT_LOOKUP_MESSAGE_SIZE]) {
  (void)message;
  if (library.initialize != NULL) library.initialize(NULL);
  return true;
}

const vit_heif *vit_heif_library(const char **problem) {
  static vit_runtime_library found = VIT_RUNTIME_LIBRARY(names, functions, prepare);
  return vit_is_there(&found, problem) ? &library : NULL;
}
