/// Reads rows after RFC 4180, with line ends of either kind; what `CSVText` writes.
struct CSVReader {
  private let bytes: [UInt8]
  private var position = 0
  /// From 1.
  private(set) var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The fields of the next row, or nil at the end.
  mutating func next() -> [[UInt8]]? {
    guard position < bytes.count else { return nil }
    var fields: [[UInt8]] = []
    while true {
      fields.append(field())
      guard position < bytes.count else { return fields }
      let byte = bytes[position]
      position += 1
      if byte == 0x0A {
        line += 1
        return fields
      }
    }
  }

  /// Up to a comma or a line end, which stays.
  private mutating func field() -> [UInt8] {
    var field: [UInt8] = []
    if position < bytes.count, bytes[position] == 0x22 {
      position += 1
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if byte == 0x0A { line += 1 }
        if byte == 0x22 {
          guard position < bytes.count, bytes[position] == 0x22 else { break }
          position += 1
        }
        field.append(byte)
      }
    }
    let start = position
    while position < bytes.count, bytes[position] != 0x2C, bytes[position] != 0x0A { position += 1 }
    var rest = bytes[start..<position]
    if position < bytes.count, bytes[position] == 0x0A, rest.last == 0x0D { rest.removeLast() }
    return field + rest
  }
}
