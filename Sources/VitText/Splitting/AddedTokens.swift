/// Finds added tokens in a text: from left to right, the longest one at each place.
struct AddedTokens: Sendable {
  /// Longest first.
  private let tokens: [AddedToken]
  /// For each byte whether a token begins with it.
  private let begins: [Bool]

  init(_ tokens: [AddedToken]) {
    self.tokens = tokens.filter { !$0.content.isEmpty }
      .sorted { $0.content.count > $1.content.count }
    var begins = [Bool](repeating: false, count: 256)
    for token in self.tokens { begins[Int(token.content[0])] = true }
    self.begins = begins
  }

  var isEmpty: Bool { tokens.isEmpty }

  func canBegin(with byte: UInt8) -> Bool { begins[Int(byte)] }

  /// Calls `text` with each part between tokens that is not empty, and `token` with each token.
  func split(
    _ bytes: UnsafeBufferPointer<UInt8>, text: (UnsafeBufferPointer<UInt8>) -> Void,
    token: (Int32) -> Void
  ) {
    var start = 0
    var index = 0
    func flush() {
      if start < index { text(UnsafeBufferPointer(rebasing: bytes[start..<index])) }
    }
    while index < bytes.count {
      if begins[Int(bytes[index])], let found = match(bytes, index) {
        flush()
        token(found.id)
        index += found.content.count
        start = index
      } else {
        index += 1
      }
    }
    flush()
  }

  private func match(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> AddedToken? {
    tokens.first { token in
      token.content.count <= bytes.count - index
        && token.content.withUnsafeBufferPointer {
          areEqual(bytes.baseAddress! + index, $0.baseAddress, $0.count)
        }
    }
  }
}
