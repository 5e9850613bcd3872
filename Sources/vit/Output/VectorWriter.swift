import VitKit

/// Writes the vectors of inputs, in their order. One thread at a time calls it.
protocol VectorWriter: AnyObject {
  /// Takes what became of the next input.
  func append(input: String, result: Result<[Float], InputFailure>) throws
  /// Hands on what was appended, where the form can be read before it is whole.
  func flush() throws
  /// Writes what is left, and gives a file its name.
  func finish() throws
}

/// The writer of a form.
///
/// - Parameter provenance: asked for only by the forms that keep it, because it costs a read of
///   the weights.
func makeVectorWriter(
  format: OutputFormat, path: String?, size: Int, provenance: () throws -> VectorProvenance
) throws -> any VectorWriter {
  switch (format, path) {
  case (.npy, let path?): try NPYVectorWriter(path: path, size: size, provenance: try provenance())
  case (.safetensors, let path?):
    try SafetensorsVectorWriter(path: path, size: size, provenance: try provenance())
  default: try TextVectorWriter(format: format, path: path, size: size)
  }
}
