/// What the headers before a file's own say of it.
struct TarExtension {
  var name: String?
  var size: Int?
  var isSparse = false

  /// Reads records `LENGTH KEY=VALUE\n`, the length counting itself.
  ///
  /// - Returns: whether that is what they are.
  mutating func read(_ data: [UInt8]) -> Bool {
    var rest = data[...]
    // Some writers fill up with NULs.
    while let first = rest.first, first != 0 {
      guard let space = rest.firstIndex(of: 0x20), space - rest.startIndex < 10,
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
        length > space - rest.startIndex + 1, length <= rest.count,
        rest[rest.startIndex + length - 1] == 0x0A
      else { return false }
      let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return false }
      let value = record[(equals + 1)...]
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": name = TarHeader.text(value)
      case "size":
        guard let size = Int(String(decoding: value, as: UTF8.self)), (0..<1 << 50).contains(size)
        else { return false }
        self.size = size
      case let key where key.hasPrefix("GNU.sparse."): isSparse = true
      default: break
      }
      rest = rest.dropFirst(length)
    }
    return true
  }
}
