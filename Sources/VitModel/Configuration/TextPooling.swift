/// Which position of a caption becomes its vector.
package enum TextPooling: Sendable, Equatable, CustomStringConvertible {
  /// The first that holds this id; position 0 where none does.
  case firstOf(Int32)
  /// The first of the largest id, which in CLIP's vocabulary is the end of text.
  case largestID
  case first
  /// The last of the context, whatever stands there.
  case last

  package var description: String {
    switch self {
    case .firstOf(let id): "first token with id \(id)"
    case .largestID: "first token with the largest id"
    case .first: "first token"
    case .last: "last token of the context"
    }
  }

  /// The pooled position of a caption that is padded to `contextLength` with `padding`.
  func position(_ ids: [Int32], contextLength: Int, padding: Int32) -> Int {
    switch self {
    case .first: return 0
    case .last: return contextLength - 1
    case .firstOf(let id):
      if let place = ids.firstIndex(of: id) { return place }
      return padding == id && ids.count < contextLength ? ids.count : 0
    case .largestID:
      guard let largest = ids.max(), let place = ids.firstIndex(of: largest) else { return 0 }
      return padding > largest && ids.count < contextLength ? ids.count : place
    }
  }
}
