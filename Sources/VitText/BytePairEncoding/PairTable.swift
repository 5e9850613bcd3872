/// What two neighbouring tokens become, and how early: an immutable hash table.
///
/// `@unchecked Sendable` because it is written in `init` and by `insert` before the model that owns
/// it is shared, and only read from then on.
final class PairTable: @unchecked Sendable {
  private struct Entry {
    var pair: UInt64
    /// Rank in the upper half, merged token in the lower.
    var value: UInt64
  }

  /// Rank and token of a pair that never merges.
  static let none = UInt64.max

  private let entries: UnsafeMutablePointer<Entry>
  private let mask: Int

  /// - Parameter capacity: at most so many pairs will be inserted.
  init(capacity: Int) {
    var size = 16
    // CLIP's 48,894 pairs just fit 65,536 slots, a megabyte.
    while 3 * size < 4 * capacity { size *= 2 }
    mask = size - 1
    entries = .allocate(capacity: size)
    entries.initialize(repeating: Entry(pair: .max, value: Self.none), count: size)
  }

  deinit { entries.deallocate() }

  /// A pair that is there already gets the new value, as in the references' dictionaries.
  func insert(_ left: Int32, _ right: Int32, rank: Int, merged: Int32) {
    let pair = Self.key(left, right)
    var slot = Int(truncatingIfNeeded: mix(pair)) & mask
    while entries[slot].pair != .max, entries[slot].pair != pair { slot = (slot + 1) & mask }
    let value = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
    entries[slot] = Entry(pair: pair, value: value)
  }

  /// Rank (upper half) and merged token (lower half) of a pair, or `none`.
  @inline(__always)
  func lookUp(_ left: Int32, _ right: Int32) -> UInt64 {
    let pair = Self.key(left, right)
    var slot = Int(truncatingIfNeeded: mix(pair)) & mask
    while true {
      let entry = entries[slot]
      if entry.pair == pair { return entry.value }
      if entry.pair == .max { return Self.none }
      slot = (slot + 1) & mask
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
