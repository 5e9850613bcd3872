/// The names of a vocabulary's tokens and their ids, both ways.
///
/// Names are spans of one buffer, found by open addressing: half a hundred thousand strings with
/// allocations of their own would take longer than everything else in loading.
struct TokenTable {
  private struct Entry {
    var offset: UInt32
    var count: UInt32
    var id: Int32
  }

  private var names: [UInt8] = []
  /// Where the name begins that is not an entry yet.
  private var staged = 0
  private var entries: [Entry] = []
  /// Indices into `entries`, plus one; 0 is free.
  private var slots: [UInt32]
  private var mask: Int

  /// - Parameter capacity: about how many tokens will come.
  init(capacity: Int) {
    var size = 1024
    while size < 2 * capacity { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    mask = size - 1
    entries.reserveCapacity(capacity)
    names.reserveCapacity(8 * capacity)
  }

  var count: Int { entries.count }

  /// One past the highest id.
  private(set) var idLimit = 0

  /// Adds a token; a name that is there already gets the new id.
  mutating func insert(_ name: UnsafeBufferPointer<UInt8>, id: Int32) {
    stage(name)
    commit(id: id)
  }

  /// The first half of an insertion, for names that come before their ids.
  mutating func stage(_ name: UnsafeBufferPointer<UInt8>) {
    staged = names.count
    names.append(contentsOf: name)
  }

  /// The second half.
  mutating func commit(id: Int32) {
    idLimit = max(idLimit, Int(id) + 1)
    let slot = names.withUnsafeBufferPointer {
      self.slot(of: UnsafeBufferPointer(rebasing: $0[staged...]))
    }
    if slots[slot] != 0 {
      entries[Int(slots[slot]) - 1].id = id
      names.removeLast(names.count - staged)
      return
    }
    entries.append(
      Entry(offset: UInt32(staged), count: UInt32(names.count - staged), id: id))
    slots[slot] = UInt32(entries.count)
    if 2 * entries.count > slots.count { grow() }
  }

  mutating func insert(_ name: [UInt8], id: Int32) {
    name.withUnsafeBufferPointer { insert($0, id: id) }
  }

  /// The id of a name, or nil.
  func id(of name: UnsafeBufferPointer<UInt8>) -> Int32? {
    let index = slots[slot(of: name)]
    return index == 0 ? nil : entries[Int(index) - 1].id
  }

  func id(of name: [UInt8]) -> Int32? { name.withUnsafeBufferPointer { id(of: $0) } }

  /// The id of a name that is likely to be the one at `entry` in the order of insertion. Moves on
  /// by one when it is: merges come in the order of the tokens that they make.
  func id(of name: UnsafeBufferPointer<UInt8>, likelyAt entry: inout Int) -> Int32? {
    if entry < entries.count {
      let candidate = entries[entry]
      let isSame = names.withUnsafeBufferPointer {
        Int(candidate.count) == name.count
          && areEqual($0.baseAddress! + Int(candidate.offset), name.baseAddress, name.count)
      }
      if isSame {
        entry += 1
        return candidate.id
      }
    }
    return id(of: name)
  }

  /// The names by id.
  func namesByID() -> TokenNames {
    var indices = [UInt32](repeating: 0, count: idLimit)
    for (index, entry) in entries.enumerated() { indices[Int(entry.id)] = UInt32(index + 1) }
    // Names lie one after another, without gaps.
    return TokenNames(
      utf8: names, starts: entries.map(\.offset) + [UInt32(names.count)], indices: indices)
  }

  private func slot(of name: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Int(truncatingIfNeeded: hash(name)) & mask
    return names.withUnsafeBufferPointer { names in
      entries.withUnsafeBufferPointer { entries in
        slots.withUnsafeBufferPointer { slots in
          while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if Int(entry.count) == name.count,
              areEqual(names.baseAddress! + Int(entry.offset), name.baseAddress, name.count)
            {
              return slot
            }
            slot = (slot + 1) & mask
          }
          return slot
        }
      }
    }
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      let slot = names.withUnsafeBufferPointer { names in
        let start = Int(entry.offset)
        return freeSlot(
          UnsafeBufferPointer(rebasing: names[start..<(start + Int(entry.count))]))
      }
      slots[slot] = UInt32(index + 1)
    }
  }

  private func freeSlot(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Int(truncatingIfNeeded: hash(name)) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    return slot
  }
}
