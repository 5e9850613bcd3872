import VitSystem

@testable import VitCheckpoint

/// Writes ZIP files, also such as no writer should.
struct ZipWriter {
  struct Entry {
    var name: String
    var content: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// What the central directory says, where it is not the content's.
    var size: UInt32?
    var headerOffset: UInt32?
    /// In the local header alone, as PyTorch aligns storages.
    var localExtra: [UInt8] = []
    /// Sizes and offset in a ZIP64 extra field.
    var isWide = false
  }

  var entries: [Entry]
  /// The count and the place of the directory in a ZIP64 record.
  var isWide = false
  var comment: [UInt8] = []

  init(_ entries: [Entry]) { self.entries = entries }

  init(pickle: [UInt8], storages: [(key: String, bytes: [UInt8])] = []) {
    entries =
      [Entry(name: "archive/data.pkl", content: pickle)]
      + storages.map { Entry(name: "archive/data/\($0.key)", content: $0.bytes) }
  }

  func bytes() -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = file.count
      let size = entry.size ?? UInt32(entry.content.count)
      let name = Array(entry.name.utf8)
      file += littleEndian(UInt32(0x0403_4B50)) + littleEndian(UInt16(20))
      file += littleEndian(entry.flags) + littleEndian(entry.method)
      // Time, date, checksum and sizes are in the directory only, as PyTorch leaves them.
      file += [UInt8](repeating: 0, count: 16)
      file += littleEndian(UInt16(name.count)) + littleEndian(UInt16(entry.localExtra.count))
      file += name + entry.localExtra + entry.content

      let extra: [UInt8] =
        entry.isWide
        ? littleEndian(UInt16(1)) + littleEndian(UInt16(24)) + littleEndian(UInt64(size))
          + littleEndian(UInt64(size)) + littleEndian(UInt64(offset)) : []
      directory += littleEndian(UInt32(0x0201_4B50)) + littleEndian(UInt16(20))
      directory += littleEndian(UInt16(20)) + littleEndian(entry.flags)
      directory += littleEndian(entry.method) + [UInt8](repeating: 0, count: 8)
      directory += littleEndian(entry.isWide ? .max : size)
      directory += littleEndian(entry.isWide ? .max : size)
      directory += littleEndian(UInt16(name.count)) + littleEndian(UInt16(extra.count))
      directory += [UInt8](repeating: 0, count: 10)
      directory += littleEndian(
        entry.isWide ? .max : entry.headerOffset ?? UInt32(offset))
      directory += name + extra
    }
    let start = file.count
    file += directory
    if isWide {
      let record = file.count
      file += littleEndian(UInt32(0x0606_4B50)) + littleEndian(UInt64(44))
      file += [UInt8](repeating: 0, count: 12)
      file += littleEndian(UInt64(entries.count)) + littleEndian(UInt64(entries.count))
      file += littleEndian(UInt64(directory.count)) + littleEndian(UInt64(start))
      file += littleEndian(UInt32(0x0706_4B50)) + littleEndian(UInt32(0))
      file += littleEndian(UInt64(record)) + littleEndian(UInt32(1))
    }
    file += littleEndian(UInt32(0x0605_4B50)) + [0, 0, 0, 0]
    let count: UInt16 = isWide ? .max : UInt16(entries.count)
    file += littleEndian(count) + littleEndian(count)
    file += littleEndian(isWide ? .max : UInt32(directory.count))
    file += littleEndian(isWide ? .max : UInt32(start))
    file += littleEndian(UInt16(comment.count)) + comment
    return file
  }

  func read() throws(CheckpointError) -> ExactDictionary<TensorData> {
    try PyTorchArchive.read(kept(bytes()), name: "test.bin").tensors
  }
}
