/// A text as a model takes it: start of text, the pieces, end of text; unpadded.
public struct Encoding: Sendable, Equatable {
  /// Indices into the model's token embedding.
  public var ids: [Int32]
  /// Whether the text was longer than the context and lost its end. The end-of-text token is there
  /// all the same.
  public var truncated: Bool

  public init(ids: [Int32], truncated: Bool) {
    self.ids = ids
    self.truncated = truncated
  }

  /// The ids filled up on the right with `padID` to `length`, and unchanged where already as long.
  public func padded(to length: Int, with padID: Int32) -> [Int32] {
    ids + [Int32](repeating: padID, count: max(0, length - ids.count))
  }
}
