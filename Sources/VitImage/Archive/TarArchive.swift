import VitSystem

/// The files in a tar archive, one after the other (POSIX.1-2001 `pax`, `ustar`, GNU's and the old
/// form).
///
/// Only headers are read; where a file's bytes lie is told, and whoever wants them reads them. So an
/// archive of any size takes no memory, and several threads may read its files at once.
package struct TarArchive {
  /// Whether a file is taken for an archive by how its name, as `SystemName` has it, ends.
  package static func isName(_ name: String) -> Bool {
    SystemName.ending(of: name) == Array("tar".utf8)
  }

  /// A regular file in the archive.
  package struct Member: Sendable, Equatable {
    /// As `SystemName` has it.
    package let name: String
    /// Of its first byte in the archive.
    package let offset: Int
    package let size: Int
    /// Why its bytes cannot be read, if so.
    package let problem: String?
  }

  /// A structure that cannot be followed further.
  package struct Damage: PartedError, Equatable {
    package let offset: Int
    package let reason: String

    package var parts: ErrorParts {
      ErrorParts(
        nil, "damaged at byte \(offset): \(reason)", remedy: "copy or download it again")
    }
  }

  /// Names and extended headers are short; what is longer is an attack on memory.
  private static let longestExtension = 1 << 20

  private let size: Int
  private let read: (_ offset: Int, _ count: Int) throws -> [UInt8]
  /// Where the next header lies.
  package private(set) var position = 0
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
        if header.kind == .other || (header.kind == .regular && name.endsExactly("/")) {
          guard isWhole else {
            throw Damage(offset: start, reason: "it ends within \(SystemName.repaired(name))")
          }
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
