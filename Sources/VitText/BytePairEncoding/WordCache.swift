/// The tokens of words met before. It holds at most 24,576 words of at most 48 bytes, some 2.5 MB;
/// when it is full it starts anew.
struct WordCache {
  static let longestWord = 48
  private static let largest = 1 << 15

  private struct Entry {
    /// 0: free.
    var hash: UInt64 = 0
    var word: UInt32 = 0
    var tokens: UInt32 = 0
    var wordCount: UInt16 = 0
    var tokenCount: UInt16 = 0
  }

  private var entries = [Entry](repeating: Entry(), count: 1 << 12)
  private var count = 0
  private var words: [UInt8] = []
  private var tokens: [Int32] = []

  /// Appends the word's tokens to `output`, if they are known.
  @inline(__always)
  func append(
    _ word: UnsafeBufferPointer<UInt8>, hash: UInt64, to output: inout [Int32]
  ) -> Bool {
    let hash = hash | 1
    let mask = entries.count - 1
    return entries.withUnsafeBufferPointer { entries in
      var slot = Int(truncatingIfNeeded: hash >> 8) & mask
      while entries[slot].hash != 0 {
        let entry = entries[slot]
        if entry.hash == hash, Int(entry.wordCount) == word.count, isWord(entry, word) {
          if entry.tokenCount == 1 {
            output.append(tokens[Int(entry.tokens)])
          } else {
            let start = Int(entry.tokens)
            output.append(contentsOf: tokens[start..<(start + Int(entry.tokenCount))])
          }
          return true
        }
        slot = (slot + 1) & mask
      }
      return false
    }
  }

  /// Remembers a word that `append` did not find.
  mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>, hash: UInt64, tokens wordTokens: ArraySlice<Int32>
  ) {
    guard word.count <= Self.longestWord else { return }
    if 4 * count >= 3 * entries.count { makeRoom() }
    let entry = Entry(
      hash: hash | 1, word: UInt32(words.count), tokens: UInt32(tokens.count),
      wordCount: UInt16(word.count), tokenCount: UInt16(wordTokens.count))
    words.append(contentsOf: word)
    tokens.append(contentsOf: wordTokens)
    place(entry)
    count += 1
  }

  private func isWord(_ entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    words.withUnsafeBufferPointer {
      areEqual($0.baseAddress! + Int(entry.word), word.baseAddress, word.count)
    }
  }

  private mutating func makeRoom() {
    guard entries.count < Self.largest else {
      self = WordCache()
      return
    }
    let old = entries
    entries = [Entry](repeating: Entry(), count: 2 * old.count)
    for entry in old where entry.hash != 0 { place(entry) }
  }

  private mutating func place(_ entry: Entry) {
    let mask = entries.count - 1
    var slot = Int(truncatingIfNeeded: entry.hash >> 8) & mask
    while entries[slot].hash != 0 { slot = (slot + 1) & mask }
    entries[slot] = entry
  }
}
