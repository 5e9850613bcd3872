import VitSystem

/// The files in a tar archive, one after the other (POSIX.1-2001 `pax`, `ustar`, GNU's and the old
/// form).
///
/// Only headers are read; where a file's bytes lie is told, and whoever wants them reads them. So an
/// archive of any size takes no memory, and several threads may read its files at once.
package struct TarArchive {
  /// A regular file in the archive.
  package struct Member: Sendable, Equatable {
    /// Bytes that are no UTF-8 are replaced.
    package let name: String
    /// Of its first byte in the archive.
    package let offset: Int
    package let size: Int
    /// Why its bytes cannot be read, if so.
    package let problem: String?
  }

  /// A structure that cannot be followed further.
  package struct Damage: Error, Equatable, CustomStringConvertible {
    package let offset: Int
    package let reason: String

    package var description: String {
      "damaged at byte \(offset): \(reason); copy or download it again"
    }
  }

  /// Names and extended headers are short; what is longer is an attack on memory.
  private static let longestExtension = 1 << 20

  private let size: Int
  private let read: (_ offset: Int, _ count: Int) throws -> [UInt8]
  private var position = 0
  private var hasEnded = false

  /// - Parameters:
  ///   - size: bytes of the archive.
  ///   - read: up to so many bytes from an offset on; fewer only at the end.
  package init(size: Int, read: @escaping (_ offset: Int, _ count: Int) throws -> [UInt8]) {
    self.size = size
    self.read = read
  }

  package init(_ file: RegularFile) {
    self.init(size: file.size) { try file.imageBytes(at: $0, count: $1) }
  }

  /// The next regular file, or link, which is not followed; nil at the end. Folders and devices are
  /// passed over.
  ///
  /// - Throws: `Damage`, after which there is no next; or what `read` throws.
  package mutating func next() throws -> Member? {
    var extended = TarExtension()
    while !hasEnded {
      // Until the header is understood: after an error there is nothing to go on with.
      hasEnded = true
      let start = position
      guard let header = try header(at: start) else { return nil }
      let isExtension = [.longName, .extended, .otherExtension].contains(header.kind)
      let size = isExtension ? header.size : extended.size ?? header.size
      var dataStart = start + TarHeader.bytes
      var continues = header.holesGoOn
      while continues {
        let block = try read(dataStart, TarHeader.bytes)
        guard block.count == TarHeader.bytes else {
          throw Damage(offset: dataStart, reason: "it ends within a header")
        }
        continues = block[504] != 0
        dataStart += TarHeader.bytes
      }
      let hasData = header.hasData
      let padded = hasData ? (size + TarHeader.bytes - 1) / TarHeader.bytes * TarHeader.bytes : 0
      let isWhole = !hasData || size <= self.size - dataStart
      switch header.kind {
      case .longName, .extended, .otherExtension:
        guard size <= Self.longestExtension else {
          throw Damage(offset: start, reason: "an extended header of \(size) bytes")
        }
        guard isWhole else { throw Damage(offset: start, reason: "it ends within a header") }
        let data = try read(dataStart, size)
        if header.kind == .longName {
          extended.name = TarHeader.text(data[...])
        } else if header.kind == .extended, !extended.read(data) {
          throw Damage(offset: dataStart, reason: "an extended header that is no list of keys")
        }
        position = dataStart + padded
        hasEnded = false
      case .regular, .sparse, .link, .other:
        let name = extended.name ?? header.name
        let isSparse = header.kind == .sparse || extended.isSparse
        if isWhole {
          position = dataStart + padded
          hasEnded = false
        }
        if header.kind == .other || (header.kind == .regular && name.hasSuffix("/")) {
          guard isWhole else { throw Damage(offset: start, reason: "it ends within \(name)") }
          extended = TarExtension()
          continue
        }
        let problem =
          !isWhole
          ? "the archive ends within it; copy or download it again"
          : header.kind == .link
            ? "a link to another file; archive it again with tar --dereference --hard-dereference"
            : isSparse ? "stored as a sparse file; archive it again without --sparse" : nil
        return Member(
          name: name, offset: dataStart,
          size: !hasData ? 0 : isWhole ? size : self.size - dataStart,
          problem: problem)
      }
    }
    return nil
  }

  /// Nil at the end: a block of zeros, or where the bytes end.
  private func header(at start: Int) throws -> TarHeader? {
    guard start < size else { return nil }
    let block = try read(start, TarHeader.bytes)
    guard block.count == TarHeader.bytes else {
      throw Damage(offset: start, reason: "it ends within a header")
    }
    if block.allSatisfy({ $0 == 0 }) { return nil }
    if start == 0, block.starts(with: [0x1F, 0x8B]) {
      throw Damage(offset: 0, reason: "compressed by gzip; unpack it with gunzip first")
    }
    guard let header = TarHeader(block) else {
      throw Damage(offset: start, reason: "no header of a tar archive where one is due")
    }
    return header
  }
}

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

  /// Up to the first NUL.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
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

/// What the headers before a file's own say of it.
private struct TarExtension {
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
