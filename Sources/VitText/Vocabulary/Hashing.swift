/// A quick hash of short byte strings. It needs no defence against chosen keys: a table built from
/// a hostile file or text gets slow to search, not wrong, and its size is limited.
@inline(__always)
func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
  let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
  var hash = UInt64(truncatingIfNeeded: bytes.count) &* multiplier
  guard let base = UnsafeRawPointer(bytes.baseAddress) else { return hash }
  var offset = 0
  while offset + 8 <= bytes.count {
    hash = mix(hash ^ base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    offset += 8
  }
  if offset < bytes.count {
    var last: UInt64 = 0
    while offset < bytes.count {
      last = last << 8 | UInt64(bytes[offset])
      offset += 1
    }
    hash = mix(hash ^ last)
  }
  return hash
}

@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
  let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
  return product.high ^ product.low
}

@inline(__always)
func areEqual(_ first: UnsafeRawPointer, _ second: UnsafeRawPointer?, _ count: Int) -> Bool {
  guard let second, count > 0 else { return count == 0 }
  var offset = 0
  while offset + 8 <= count {
    let word = first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    guard word == second.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else {
      return false
    }
    offset += 8
  }
  while offset < count {
    let byte = first.load(fromByteOffset: offset, as: UInt8.self)
    guard byte == second.load(fromByteOffset: offset, as: UInt8.self) else { return false }
    offset += 1
  }
  return true
}
