/// The compressed indices of a GIF's frame: LZW with codes of growing length, in blocks of up to 255
/// bytes (appendix F of the specification), as Pillow's `GifDecode.c` reads them.
///
/// A code is an index, one that empties the table, one that ends the data, or an entry: the indices of
/// an earlier code and one more. Each code adds an entry: those of the code before, and the first of
/// its own.
struct GIFIndices {
  /// Bits of the longest code.
  static let longestCode = 12
  private static let tableSize = 1 << longestCode
  /// Of the table's three columns, and a block.
  static let tableBytes = 5 * tableSize + 256

  enum End: Equatable {
    case complete
    /// The data ends before the frame does.
    case early
    /// A code that cannot be.
    case broken
  }

  /// Writes the indices in the order in which they are stored.
  ///
  /// Time is linear in `indices.count` and the bytes read.
  ///
  /// - Parameters:
  ///   - bytes: from the first block's length on.
  ///   - bits: of an index, at most `longestCode`.
  /// - Returns: how it ended, and how many indices there are.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, bits: Int, to indices: UnsafeMutableBufferPointer<UInt8>
  ) -> (end: End, count: Int) {
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 2 * tableSize) { words in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: tableSize) { last in
        words.initialize(repeating: 0)
        last.initialize(repeating: 0)
        let base = words.baseAddress!
        var reader = BlockReader(bytes)
        return decode(
          &reader, bits: bits, before: base, length: base + tableSize, last: last.baseAddress!,
          to: indices)
      }
    }
  }

  /// - Parameters:
  ///   - before: of each entry the code whose indices it begins with.
  ///   - length: of each entry how many indices it stands for.
  ///   - last: the last of them.
  private static func decode(
    _ reader: inout BlockReader, bits: Int, before: UnsafeMutablePointer<UInt16>,
    length: UnsafeMutablePointer<UInt16>, last: UnsafeMutablePointer<UInt8>,
    to indices: UnsafeMutableBufferPointer<UInt8>
  ) -> (end: End, count: Int) {
    let clear = 1 << bits
    for code in 0..<min(clear, tableSize) {
      last[code] = UInt8(truncatingIfNeeded: code)
      length[code] = 1
    }
    var count = 0
    var next = clear + 2
    var codeBits = bits + 1
    var previous: Int?
    while count < indices.count {
      guard let code = reader.code(codeBits) else { return (.early, count) }
      if code == clear {
        next = clear + 2
        codeBits = bits + 1
        previous = nil
        continue
      }
      if code == clear + 1 { return (.early, count) }
      guard let before1 = previous else {
        guard code < clear else { return (.broken, count) }
        indices[count] = UInt8(truncatingIfNeeded: code)
        count += 1
        previous = code
        continue
      }
      guard code <= next, code < tableSize else { return (.broken, count) }
      // The entry that this code is about to add: its last index is its first.
      let isNew = code == next
      let known = isNew ? before1 : code
      let size = Int(length[known])
      var entry = known
      var place = count + size - 1
      while place > count {
        if place < indices.count { indices[place] = last[entry] }
        entry = Int(before[entry])
        place -= 1
      }
      let first = last[entry]
      indices[count] = first
      if isNew, count + size < indices.count { indices[count + size] = first }
      count += size + (isNew ? 1 : 0)
      if next < tableSize {
        before[next] = UInt16(before1)
        length[next] = length[before1] + 1
        last[next] = first
        next += 1
        if next == 1 << codeBits, codeBits < longestCode { codeBits += 1 }
      }
      previous = code
    }
    return (.complete, indices.count)
  }
}

/// Codes of some bits, the lowest first, from blocks with their length before them.
private struct BlockReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var blockEnd = 0
  private var held = 0
  private var heldBits = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Nil where the data ends: at an empty block, or where a block is cut off.
  mutating func code(_ bits: Int) -> Int? {
    while heldBits < bits {
      if position == blockEnd {
        guard position < bytes.count else { return nil }
        let length = Int(bytes[position])
        guard length > 0, length < bytes.count - position else { return nil }
        position += 1
        blockEnd = position + length
      }
      held |= Int(bytes[position]) << heldBits
      heldBits += 8
      position += 1
    }
    let code = held & (1 << bits - 1)
    held >>= bits
    heldBits -= bits
    return code
  }
}
