import VitSystem

/// A block that describes what follows it.
struct TarHeader {
  static let bytes = 512

  enum Kind {
    case regular
    /// GNU's: the data have holes, which a table of their own describes.
    case sparse
    /// GNU's: the data are the name of the next.
    case longName
    /// POSIX: the data are keys of the next.
    case extended
    /// Of all that follow, or of what is not read here.
    case otherExtension
    /// Hard or symbolic, without data of its own.
    case link
    /// A folder, device or something newer.
    case other
  }

  let kind: Kind
  let name: String
  let size: Int
  /// Whether blocks with more of a sparse file's holes come before the data.
  let holesGoOn: Bool
  /// Links, folders and devices have none, whatever their size says.
  let hasData: Bool

  /// Nil where the checksum is wrong or a number is none.
  init?(_ block: [UInt8]) {
    guard let checksum = Self.number(block[148..<156]) else { return nil }
    var unsigned = 0
    // Old writers summed up signed bytes.
    var signed = 0
    for (index, byte) in block.enumerated() {
      let counted = (148..<156).contains(index) ? 0x20 : byte
      unsigned += Int(counted)
      signed += Int(Int8(bitPattern: counted))
    }
    guard checksum == unsigned || checksum == signed else { return nil }
    guard let size = Self.number(block[124..<136]) else { return nil }
    self.size = size
    let type = block[156]
    switch type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = .regular
    case UInt8(ascii: "S"): kind = .sparse
    case UInt8(ascii: "L"): kind = .longName
    case UInt8(ascii: "x"), UInt8(ascii: "X"): kind = .extended
    case UInt8(ascii: "g"), UInt8(ascii: "K"): kind = .otherExtension
    case UInt8(ascii: "1"), UInt8(ascii: "2"): kind = .link
    default: kind = .other
    }
    hasData = !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type)
    holesGoOn = kind == .sparse && block[482] != 0
    var name = Self.text(block[0..<100])
    // `ustar` with a NUL is POSIX's, whose names may go on before; with a space it is GNU's.
    if block[257..<263].elementsEqual(Array("ustar\0".utf8)), block[345] != 0 {
      name = Self.text(block[345..<500]) + "/" + name
    }
    self.name = name
  }

  /// Up to the first NUL, as `SystemName` has it.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    SystemName.text(bytes.prefix { $0 != 0 })
  }

  /// Octal digits between spaces, or GNU's big-endian binary; nil where it is neither, negative or
  /// larger than a file can be.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    var value = 0
    if field.first == 0x80 {
      for byte in field.dropFirst() {
        guard value < 1 << 48 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    for digit in digits {
      guard (0x30...0x37).contains(digit), value < 1 << 50 else { return nil }
      value = value << 3 | Int(digit - 0x30)
    }
    return value
  }
}
