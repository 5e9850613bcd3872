/// The tokens' names as the vocabulary spells them.
struct TokenNames: Sendable {
  let utf8: [UInt8]
  /// Where each name begins, and where the last one ends.
  let starts: [UInt32]
  /// For each id one more than the number of its name; 0 where it has none.
  let indices: [UInt32]

  /// One more than the highest id.
  var idLimit: Int { indices.count }

  /// Nil for an id that the vocabulary leaves out.
  subscript(id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < indices.count, indices[Int(id)] > 0 else { return nil }
    let index = Int(indices[Int(id)])
    return utf8[Int(starts[index - 1])..<Int(starts[index])]
  }
}
