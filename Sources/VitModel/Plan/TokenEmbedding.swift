/// The table of token embeddings, read where it lies a row at a time: a caption needs a few dozen of
/// some 50,000 rows.
struct TokenEmbedding: Sendable {
  let parameters: Parameters
  /// `[vocabulary, width]`
  let table: Parameter

  func copyRow(_ row: Int, to output: UnsafeMutablePointer<Float>) {
    parameters.copyRow(row, of: table, to: output)
  }
}
