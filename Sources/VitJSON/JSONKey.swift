/// A key as JSON compares keys: by its bytes (RFC 8259, section 8.3).
///
/// `String` compares by canonical equivalence, so that `K` and the Kelvin sign, or the two spellings
/// of `é`, would be one key; a vocabulary has both.
struct JSONKey: Hashable {
  private let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: JSONKey, right: JSONKey) -> Bool {
    left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let done: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    guard done == nil else { return }
    for byte in text.utf8 { withUnsafeBytes(of: byte) { hasher.combine(bytes: $0) } }
  }
}
