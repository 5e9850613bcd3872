/// What one call writes to, kept for the next.
///
/// `@unchecked Sendable` because it goes from thread to thread, but belongs to one call at a time:
/// the one that took it out of the engine's list, under the list's lock.
final class EncodingSession: @unchecked Sendable {
  private var ids: [Int32] = []
  private var text: [UInt8] = []
  private var textCount = 0
  private var cache = WordCache()
  private var scratch = MergeScratch()
  private var wanted = 0

  /// - Parameter wanted: so many tokens between start and end can be used.
  func begin(_ startID: Int32, wanted: Int) {
    ids.removeAll(keepingCapacity: true)
    ids.append(startID)
    self.wanted = wanted
  }

  /// Whether there is one token more than can be used, so that the rest of the text is no matter.
  @inline(__always)
  var isFull: Bool { ids.count - 1 > wanted }

  func append(_ id: Int32) { ids.append(id) }

  @inline(__always)
  func append(_ word: UnsafeBufferPointer<UInt8>, _ model: BytePairModel) {
    let hash = hash(word)
    if cache.append(word, hash: hash, to: &ids) { return }
    let start = ids.count
    model.appendTokens(of: word, to: &ids, scratch: &scratch)
    cache.insert(word, hash: hash, tokens: ids[start...])
  }

  /// Takes over a text byte by byte; false if a byte maps to 0.
  func setText(_ bytes: UnsafeBufferPointer<UInt8>, mapping: [UInt8]) -> Bool {
    if text.count < bytes.count { text = [UInt8](repeating: 0, count: 2 * bytes.count) }
    textCount = bytes.count
    return mapping.withUnsafeBufferPointer { mapping in
      text.withUnsafeMutableBufferPointer { text in
        for index in 0..<bytes.count {
          let byte = mapping[Int(bytes[index])]
          if byte == 0 { return false }
          text[index] = byte
        }
        return true
      }
    }
  }

  func withText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    // Taken out for the time, so that `body` may use the rest of the session.
    let text = self.text
    text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<textCount])) }
  }

  func finish(_ endID: Int32, limit: Int) -> Encoding {
    let truncated = isFull
    if truncated { ids.removeLast(ids.count - 1 - wanted) }
    ids.append(endID)
    // The end of text is the one that stays where there is room for one token alone.
    let result = Encoding(ids: limit < 2 ? [endID] : ids, truncated: truncated || limit < 2)
    if text.count > 1 << 16 { text = [] }
    if ids.capacity > 1 << 16 { ids = [] }
    if scratch.ids.capacity > 1 << 16 { scratch = MergeScratch() }
    return result
  }
}
