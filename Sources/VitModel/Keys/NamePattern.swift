/// A pattern of tensor names, in which `*` stands for any run of bytes, also none.
package struct NamePattern: Sendable, ExpressibleByStringInterpolation {
  private let pieces: [[UInt8]]

  package init(_ pattern: String) {
    pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  package init(stringLiteral pattern: String) { self.init(pattern) }

  /// Takes time in proportion to the product of the two lengths, at most.
  package func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard pieces.count > 1 else { return bytes == pieces[0] }
    let (first, last) = (pieces[0], pieces[pieces.count - 1])
    guard bytes.count >= first.count + last.count, bytes.starts(with: first),
      bytes.suffix(last.count).elementsEqual(last)
    else { return false }
    var rest = bytes[first.count..<bytes.count - last.count]
    for piece in pieces[1..<pieces.count - 1] where !piece.isEmpty {
      // The first place is as good as any: what follows only needs bytes after it.
      while !rest.starts(with: piece) {
        if rest.isEmpty { return false }
        rest.removeFirst()
      }
      rest = rest.dropFirst(piece.count)
    }
    return true
  }
}
