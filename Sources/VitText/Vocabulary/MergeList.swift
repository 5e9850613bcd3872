/// The merges of a byte-pair vocabulary, in order: pairs of tokens' names.
struct MergeList {
  /// All names, one after another.
  private(set) var names: [UInt8] = []
  /// For each merge where the left name begins, where the right one begins; the next merge's left
  /// name begins where the right one ends.
  private(set) var starts: [(left: UInt32, right: UInt32)] = []

  var count: Int { starts.count }

  /// - Parameter size: of the file that the merges come from, in bytes.
  init(size: Int) {
    names.reserveCapacity(min(size, 1 << 20))
    starts.reserveCapacity(min(size / 8, 1 << 16))
  }

  mutating func append(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) {
    appendLeft(left)
    appendRight(right)
  }

  mutating func appendLeft(_ left: UnsafeBufferPointer<UInt8>) {
    starts.append((UInt32(names.count), UInt32(names.count + left.count)))
    names.append(contentsOf: left)
  }

  mutating func appendRight(_ right: UnsafeBufferPointer<UInt8>) {
    names.append(contentsOf: right)
  }

  /// The left and right names of a merge; they lie next to each other.
  func ranges(_ index: Int) -> (left: Range<Int>, right: Range<Int>) {
    let (left, right) = starts[index]
    let end = index + 1 < starts.count ? Int(starts[index + 1].left) : names.count
    return (Int(left)..<Int(right), Int(right)..<end)
  }
}
