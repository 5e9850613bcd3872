import CCodecs

/// The libraries that decode, for diagnostics.
package enum ImageLibraries {
  /// Name and version of each that is there, e.g. "libjpeg-turbo 2.1.5".
  package static var versions: [String] {
    [String(cString: codec_jpeg_version()), String(cString: codec_png_version())]
      + DecodingLibrary.allCases.compactMap { try? $0.version.get() }
  }

  /// What is not there, with what it is for and how to get it.
  package static var missing: [String] {
    ImageFormat.allCases.compactMap { format in
      guard let library = format.library, case .failure(let missing) = library.version else {
        return nil
      }
      return "\(library.name), which decodes \(format.name) (\(missing.reason)); \(library.remedy)"
    }
  }
}
