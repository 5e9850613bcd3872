import VitSystem

/// The directory of a ZIP file (PKWARE APPNOTE 6.3), ZIP64 included, as far as PyTorch writes it.
struct ZipArchive {
  struct Entry {
    let name: String
    let isStored: Bool
    /// From the central directory: PyTorch's local headers carry zeros.
    let size: Int
    let headerOffset: Int
  }

  let entries: ExactDictionary<Entry>
  private let bytes: UnsafeRawBufferPointer
  private let file: String

  static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && bytes[0] == 0x50 && bytes[1] == 0x4B
      && (bytes[2] == 3 && bytes[3] == 4 || bytes[2] == 5 && bytes[3] == 6)
  }

  init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
    self.bytes = bytes
    self.file = file
    let reader = LittleEndianReader(bytes: bytes, file: file)
    guard let end = Self.endOfDirectory(reader) else {
      throw .malformed(
        file: file, offset: bytes.count, reason: "the ZIP directory is missing; the file is cut off"
      )
    }
    var count = try reader.int16(end + 10)
    var start = try reader.int32(end + 16)
    if end >= 20, try reader.int32(end - 20) == 0x0706_4B50 {
      let record = try reader.int64(end - 20 + 8)
      guard record <= bytes.count, try reader.int32(record) == 0x0606_4B50 else {
        throw .malformed(file: file, offset: end - 20, reason: "the ZIP64 directory is missing")
      }
      count = try reader.int64(record + 32)
      start = try reader.int64(record + 48)
    }
    guard count <= 1_000_000 else {
      throw .malformed(file: file, offset: end, reason: "a ZIP directory of \(count) entries")
    }
    var entries: ExactDictionary<Entry> = [:]
    var place = start
    for _ in 0..<count {
      guard place <= bytes.count, try reader.int32(place) == 0x0201_4B50 else {
        throw .malformed(file: file, offset: min(place, bytes.count), reason: "no ZIP entry here")
      }
      let flags = try reader.int16(place + 8)
      let method = try reader.int16(place + 10)
      var compressed = try reader.int32(place + 20)
      var size = try reader.int32(place + 24)
      let nameLength = try reader.int16(place + 28)
      let extraLength = try reader.int16(place + 30)
      let commentLength = try reader.int16(place + 32)
      var header = try reader.int32(place + 42)
      let nameBytes = try reader.range(place + 46, nameLength)
      guard let name = String(validating: nameBytes, as: UTF8.self) else {
        throw .malformed(file: file, offset: place + 46, reason: "a ZIP name that is not UTF-8")
      }
      // ZIP64: the values that do not fit stand in an extra field, in this order.
      var extra = place + 46 + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd {
        let length = try reader.int16(extra + 2)
        if try reader.int16(extra) == 1 {
          var value = extra + 4
          for keyPath in [0, 1, 2] {
            let current = [size, compressed, header][keyPath]
            guard current == 0xFFFF_FFFF, value + 8 <= extra + 4 + length else { continue }
            let wide = try reader.int64(value)
            switch keyPath {
            case 0: size = wide
            case 1: compressed = wide
            default: header = wide
            }
            value += 8
          }
        }
        extra += 4 + length
      }
      guard entries[name] == nil else {
        throw .malformed(file: file, offset: place, reason: "the ZIP entry \(name) occurs twice")
      }
      entries[name] = Entry(
        name: name, isStored: method == 0 && flags & 1 == 0 && compressed == size, size: size,
        headerOffset: header)
      place += 46 + nameLength + extraLength + commentLength
    }
    self.entries = entries
  }

  private static func endOfDirectory(_ reader: LittleEndianReader) -> Int? {
    let count = reader.bytes.count
    guard count >= 22 else { return nil }
    // A comment of up to 65,535 bytes may follow.
    for place in stride(from: count - 22, through: max(0, count - 22 - 65_535), by: -1)
    where reader.bytes[place] == 0x50 {
      if (try? reader.int32(place)) == 0x0605_4B50 { return place }
    }
    return nil
  }

  /// The bytes of an entry that is stored as it is.
  func data(_ entry: Entry) throws(CheckpointError) -> UnsafeRawBufferPointer {
    guard entry.isStored else {
      throw .unsupported(
        file: file, reason: "\(entry.name) is compressed or encrypted",
        remedy: "save the checkpoint again with torch.save, or as safetensors")
    }
    let reader = LittleEndianReader(bytes: bytes, file: file)
    guard entry.headerOffset <= bytes.count,
      try reader.int32(entry.headerOffset) == 0x0403_4B50
    else {
      throw .malformed(
        file: file, offset: min(entry.headerOffset, bytes.count),
        reason: "\(entry.name) has no ZIP header here")
    }
    // The local header's own lengths: its extra field aligns the data, the directory's does not.
    let start =
      entry.headerOffset + 30 + (try reader.int16(entry.headerOffset + 26))
      + (try reader.int16(entry.headerOffset + 28))
    return try reader.range(start, entry.size)
  }
}
