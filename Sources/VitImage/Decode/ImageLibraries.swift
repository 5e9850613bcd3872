import CCodecs

/// The libraries that decode, for diagnostics.
package enum ImageLibraries {
  /// Name and version of each, e.g. "libjpeg-turbo 2.1.5".
  package static var versions: [String] {
    [String(cString: codec_jpeg_version()), String(cString: codec_png_version())]
  }
}
