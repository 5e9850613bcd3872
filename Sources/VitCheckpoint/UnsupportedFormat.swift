/// What else people give for weights, told by how it begins, so that the error says more than that
/// it is no safetensors file.
enum UnsupportedFormat {
  private static let formats: [(start: [UInt8], reason: String, remedy: String)] = [
    (
      Array("version https://git-lfs".utf8), "a Git LFS pointer, not the weights themselves",
      "run git lfs pull in its folder"
    ),
    (Array("GGUF".utf8), "a GGUF file", saveAsSafetensors),
    ([0x89] + Array("HDF\r\n".utf8), "an HDF5 file, as Keras writes it", saveAsSafetensors),
    (Array("<!DOCTYPE".utf8), "a web page, not weights", "download the file itself"),
    (Array("<html".utf8), "a web page, not weights", "download the file itself"),
    ([0x1F, 0x8B], "compressed with gzip", "unpack it"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with Zstandard", "unpack it"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image", "give a model's folder or weights file"),
    ([0x89] + Array("PNG".utf8), "a PNG image", "give a model's folder or weights file"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array", "give a model's folder or weights file"),
    (Array("{".utf8), "a JSON text, not weights", "give the model's folder or its weights file"),
  ]

  private static let saveAsSafetensors = "save the weights as safetensors"

  /// An error for bytes that cannot be safetensors; nil for what may be.
  ///
  /// A header's length has zeros from the fifth byte on, which none of these have.
  static func error(_ bytes: UnsafeRawBufferPointer, file: String) -> CheckpointError? {
    guard bytes.count >= 8, !bytes[4..<8].allSatisfy({ $0 == 0 }) else { return nil }
    if let format = formats.first(where: { bytes.starts(with: $0.start) }) {
      return .unsupported(file: file, reason: format.reason, remedy: format.remedy)
    }
    // PROTO and a version: a pickle that torch.save did not make.
    if bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      return .unsupported(
        file: file, reason: "a pickle that torch.save did not write", remedy: saveAsSafetensors)
    }
    return nil
  }
}
