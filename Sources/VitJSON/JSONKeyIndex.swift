/// Where each key of an object stands among its members: a table with open addressing.
///
/// Keys are compared by their bytes, as JSON does (RFC 8259, section 8.3). `String` compares by
/// canonical equivalence, so that `K` and the Kelvin sign, or the two spellings of `é`, would be one
/// key; a vocabulary has both. The hash is seeded for each process, so that no file can choose keys
/// that all meet in one place.
struct JSONKeyIndex: Sendable {
  /// The index of a member plus one, or 0 for a free place.
  private var places: [UInt32]
  /// Bits of the hash beside each, so that few other keys are ever looked at.
  private var tags: [UInt32]

  /// - Returns: nil, and in `duplicate` the place of the second, when a key occurs twice and that is
  ///   not allowed; else the last one counts.
  init?(
    _ members: [(key: String, value: JSONValue)], allowsDuplicateKeys: Bool,
    duplicate: inout Int
  ) {
    var capacity = 16
    while capacity < 2 * members.count { capacity *= 2 }
    places = [UInt32](repeating: 0, count: capacity)
    tags = places
    for index in members.indices {
      let hash = Self.hash(members[index].key)
      let (place, isTaken) = find(members[index].key, hash, in: members)
      guard !isTaken || allowsDuplicateKeys else {
        duplicate = index
        return nil
      }
      places[place] = UInt32(index + 1)
      tags[place] = UInt32(truncatingIfNeeded: hash >> 32)
    }
  }

  /// The index of the member with this key.
  func find(_ key: String, in members: [(key: String, value: JSONValue)]) -> Int? {
    let (place, isTaken) = find(key, Self.hash(key), in: members)
    return isTaken ? Int(places[place]) - 1 : nil
  }

  /// The key's place, or the free one where it would stand; half of all are free.
  private func find(
    _ key: String, _ hash: UInt, in members: [(key: String, value: JSONValue)]
  ) -> (place: Int, isTaken: Bool) {
    let mask = places.count - 1
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(hash & UInt(mask))
    while places[place] != 0 {
      if tags[place] == tag, Self.isSame(members[Int(places[place]) - 1].key, key) {
        return (place, true)
      }
      place = (place + 1) & mask
    }
    return (place, false)
  }

  static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
  }

  private static func hash(_ key: String) -> UInt {
    var hasher = Hasher()
    let done: Void? = key.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if done == nil {
      // A bridged string: the same bytes, from a native copy.
      var copy = key
      copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
    return UInt(bitPattern: hasher.finalize())
  }
}
