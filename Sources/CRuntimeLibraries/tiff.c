#include "tiff.h"

#include "lookup.h"

static vit_tiff library;

static const char *const names[] = {
#ifdef __APPLE__
  "libtiff.6.dylib", "/opt/homebrew/lib/libtiff.6.dylib", "/usr/local/lib/libtiff.6.dylib",
#else
  "libtiff.so.6", "libtiff.so.5",
#endif
};

static const vit_looked_up_function functions[] = {
  {&library.version, "TIFFGetVersion", false},
  {&library.open, "TIFFClientOpen", false},
  {&library.close, "TIFFClose", false},
  {&library.get_field, "TIFFGetField", false},
  {&library.get_field_or_default, "TIFFGetFieldDefaulted", false},
  {&library.set_field, "TIFFSetField", false},
  {&library.is_tiled, "TIFFIsTiled", false},
  {&library.has_codec, "TIFFIsCODECConfigured", false},
  {&library.strip_count, "TIFFNumberOfStrips", false},
  {&library.tile_count, "TIFFNumberOfTiles", false},
  {&library.row_size, "TIFFScanlineSize", false},
  {&library.tile_size, "TIFFTileSize", false},
  {&library.tile_number, "TIFFComputeTile", false},
  {&library.read_row, "TIFFReadScanline", false},
  {&library.read_strip, "TIFFReadEncodedStrip", false},
  {&library.read_tile, "TIFFReadEncodedTile", false},
  {&library.read_rgba_strip, "TIFFReadRGBAStripExt", false},
  {&library.read_rgba_tile, "TIFFReadRGBATileExt", false},
  {&library.set_error_handler, "TIFFSetErrorHandler", false},
  {&library.set_warning_handler, "TIFFSetWarningHandler", false},
  {&library.new_options, "TIFFOpenOptionsAlloc", true},
  {&library.delete_options, "TIFFOpenOptionsFree", true},
  {&library.options_set_error_handler, "TIFFOpenOptionsSetErrorHandlerExtR", true},
  {&library.options_set_warning_handler, "TIFFOpenOptionsSetWarningHandlerExtR", true},
  {&library.options_set_largest_allocation, "TIFFOpenOptionsSetMaxSingleMemAlloc", true},
  {&library.open_with_options, "TIFFClientOpenExt", true},
};

// Of the optional functions a part is of no use.
static bool prepare(char message[VIT_LOOKUP_MESSAGE_SIZE]) {
  (void)message;
  if (
    library.delete_options == NULL || library.options_set_error_handler == NULL ||
    library.options_set_warning_handler == NULL ||
    library.options_set_largest_allocation == NULL || library.open_with_options == NULL) {
    library.new_options = NULL;
  }
  return true;
}

const vit_tiff *vit_tiff_library(const char **problem) {
  static vit_runtime_library found = VIT_RUNTIME_LIBRARY(names, functions, prepare);
  return vit_is_there(&found, problem) ? &library : NULL;
}
