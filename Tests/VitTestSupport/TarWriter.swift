/// Writes tar archives, correct and otherwise.
public struct TarWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// A header and data, padded.
  ///
  /// - Parameters:
  ///   - size: what the header says, where it is not the data's.
  ///   - prefix: the part of a name that POSIX keeps apart.
  public mutating func add(
    _ name: String, _ data: [UInt8], type: Character = "0", size: Int? = nil, prefix: String = "",
    magic: String = "ustar\0", sizeField: [UInt8]? = nil
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: [UInt8], at offset: Int) {
      block.replaceSubrange(offset..<offset + text.count, with: text)
    }
    func octal(_ value: Int, _ digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
    put(Array(name.utf8.prefix(100)), at: 0)
    put(octal(0o644, 7), at: 100)
    put(sizeField ?? octal(size ?? data.count, 11), at: 124)
    block[156] = type == "\0" ? 0 : type.asciiValue!
    put(Array(magic.utf8), at: 257)
    put(Array(prefix.utf8), at: 345)
    var sum = 8 * 0x20
    for (index, byte) in block.enumerated() where !(148..<156).contains(index) { sum += Int(byte) }
    put(octal(sum, 6) + [0, 0x20], at: 148)
    bytes += block + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  /// A header of keys for the next.
  public mutating func addExtended(_ records: [(String, String)]) {
    var text: [UInt8] = []
    for (key, value) in records {
      let rest = " \(key)=\(value)\n".utf8.count
      var length = rest + 1
      while "\(length)".utf8.count + rest != length { length = "\(length)".utf8.count + rest }
      text += Array("\(length) \(key)=\(value)\n".utf8)
    }
    add("PaxHeaders/x", text, type: "x")
  }

  public mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }
}
