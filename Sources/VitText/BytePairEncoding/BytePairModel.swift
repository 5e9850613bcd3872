/// Byte-level byte-pair encoding of one word at a time (Sennrich, Haddow and Birch, 2016, in the
/// variant of GPT-2, with an end-of-word mark).
struct BytePairModel: Sendable {
  /// The token of each byte inside a word, -1 where the vocabulary lacks it.
  let byteIDs: [Int32]
  /// The token of each byte at the end of a word.
  let lastByteIDs: [Int32]
  let pairs: PairTable

  /// Appends the tokens of a word to `output`.
  func appendTokens(
    of word: UnsafeBufferPointer<UInt8>, to output: inout [Int32], scratch: inout MergeScratch
  ) {
    scratch.ids.removeAll(keepingCapacity: true)
    for (index, byte) in word.enumerated() {
      let id = index == word.count - 1 ? lastByteIDs[Int(byte)] : byteIDs[Int(byte)]
      if id >= 0 { scratch.ids.append(id) }
    }
    if scratch.ids.count > 64 {
      mergeLong(&scratch)
    } else if scratch.ids.count > 1 {
      mergeShort(&scratch)
    }
    output.append(contentsOf: scratch.ids)
  }

  /// Merges by looking for the lowest rank each time: the square of the length, but nothing is
  /// faster for words.
  func mergeShort(_ scratch: inout MergeScratch) {
    let count = scratch.ids.count
    if scratch.values.count < count {
      scratch.values = [UInt64](repeating: PairTable.none, count: count)
    }
    var length = count
    scratch.ids.withUnsafeMutableBufferPointer { ids in
      scratch.values.withUnsafeMutableBufferPointer { values in
        for index in 0..<(count - 1) { values[index] = pairs.lookUp(ids[index], ids[index + 1]) }
        while length > 1 {
          var best = PairTable.none
          var position = 0
          for index in 0..<(length - 1) where values[index] < best {
            // Ranks differ or the pair is the same, so comparing the whole value finds the first.
            best = values[index]
            position = index
          }
          guard best != PairTable.none else { break }
          ids[position] = Int32(truncatingIfNeeded: best)
          length -= 1
          var index = position + 1
          while index < length {
            ids[index] = ids[index + 1]
            values[index - 1] = values[index]
            index += 1
          }
          if position + 1 < length {
            values[position] = pairs.lookUp(ids[position], ids[position + 1])
          }
          if position > 0 {
            values[position - 1] = pairs.lookUp(ids[position - 1], ids[position])
          }
        }
      }
    }
    scratch.ids.removeLast(count - length)
  }

  /// Merges with a linked list and a queue of pairs by rank and position, so that a megabyte of
  /// letters takes n log n steps.
  func mergeLong(_ scratch: inout MergeScratch) {
    let count = scratch.ids.count
    var next = (1...count).map { Int32($0) }
    var previous = (0..<count).map { Int32($0) - 1 }
    var values = [UInt64](repeating: PairTable.none, count: count)
    var queue = MinimumQueue()

    func enqueue(_ position: Int) {
      let follower = Int(next[position])
      guard follower < count else {
        values[position] = PairTable.none
        return
      }
      values[position] = pairs.lookUp(scratch.ids[position], scratch.ids[follower])
      guard values[position] != PairTable.none else { return }
      queue.insert((values[position] >> 32) << 32 | UInt64(position))
    }

    for position in 0..<count { enqueue(position) }
    while let first = queue.removeMinimum() {
      let position = Int(first & 0xFFFF_FFFF)
      // An entry is stale when its pair has changed since.
      guard values[position] != PairTable.none, values[position] >> 32 == first >> 32 else {
        continue
      }
      scratch.ids[position] = Int32(truncatingIfNeeded: values[position])
      let eaten = Int(next[position])
      values[eaten] = PairTable.none
      next[position] = next[eaten]
      if next[position] < count { previous[Int(next[position])] = Int32(position) }
      enqueue(position)
      if previous[position] >= 0 { enqueue(Int(previous[position])) }
    }
    var merged: [Int32] = []
    var position = 0
    while position < count {
      merged.append(scratch.ids[position])
      position = Int(next[position])
    }
    scratch.ids = merged
  }
}
