import CCodecs

/// A library that decodes and is looked up when an image first needs it.
package enum DecodingLibrary: Sendable, CaseIterable {
  case webp
  case heif
  case avif
  case tiff

  /// What is known of a library: where one more is added.
  private struct Row {
    let name: String
    /// The package that has it, of Debian and Ubuntu, and of Homebrew.
    let debianPackage: String
    let homebrewFormula: String
    let version: (UnsafeMutablePointer<CChar>) -> Bool
  }

  private var row: Row {
    switch self {
    case .webp:
      Row(
        name: "libwebp", debianPackage: "libwebp7", homebrewFormula: "webp",
        version: codec_webp_version)
    case .heif:
      Row(
        name: "libheif",
        // Debian 13 has what decodes HEVC apart.
        debianPackage: "libheif1, and libheif-plugin-libde265 where there is one,",
        homebrewFormula: "libheif",
        version: codec_heic_version)
    case .avif:
      Row(
        name: "libavif", debianPackage: "libavif16 or libavif15", homebrewFormula: "libavif",
        version: codec_avif_version)
    case .tiff:
      Row(
        name: "libtiff", debianPackage: "libtiff6 or libtiff5",
        homebrewFormula: "libtiff", version: codec_tiff_version)
    }
  }

  package var name: String { row.name }

  /// As `libwebp 1.2.4`, or why it cannot be used.
  package var version: Result<String, Missing> {
    var text = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))
    let isThere = text.withUnsafeMutableBufferPointer { row.version($0.baseAddress!) }
    let words = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return isThere ? .success("\(name) \(words)") : .failure(Missing(reason: words))
  }

  package struct Missing: Error {
    /// In the words of the system's loader.
    package let reason: String
  }

  /// How to get it.
  package var remedy: String {
    #if os(macOS)
      "install it with `brew install \(row.homebrewFormula)`"
    #else
      "install the package \(row.debianPackage) of Debian and Ubuntu, or what the system calls it"
    #endif
  }
}
