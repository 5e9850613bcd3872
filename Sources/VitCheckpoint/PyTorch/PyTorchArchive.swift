import VitSystem

/// What `torch.save` and `torch.jit.save` write: a ZIP file with a pickle, or, before PyTorch 1.6,
/// pickles and raw storages in a row (torch `serialization.py`).
enum PyTorchArchive {
  struct Contents {
    let tensors: ExactDictionary<TensorData>
    let isTorchScript: Bool
  }

  /// LONG1 of ten bytes: the magic number 0x1950a86a20f9469cfc6c.
  private static let legacyMagic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]

  static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
    ZipArchive.recognizes(bytes) || isLegacy(bytes)
  }

  /// PROTO and the magic number, from protocol 4 on with a FRAME between them.
  private static func isLegacy(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 11, bytes[0] == 0x80, (2...5).contains(bytes[1]) else { return false }
    return bytes[(bytes[2] == 0x95 ? 11 : 2)...].starts(with: legacyMagic)
  }

  static func read(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> Contents {
    ZipArchive.recognizes(bytes)
      ? try readZip(bytes, name: name) : try readLegacy(bytes, name: name)
  }

  // MARK: - ZIP

  private static func readZip(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> Contents {
    let archive = try ZipArchive(bytes, file: name)
    // The one folder at the top has the name that the file had when it was saved.
    let pickles = archive.entries.values.filter {
      $0.name.endsExactly("/data.pkl") && $0.name.utf8.count { $0 == UInt8(ascii: "/") } == 1
    }
    guard pickles.count == 1, let entry = pickles.first else {
      throw .unsupported(
        file: name, reason: "a ZIP file without one data.pkl", remedy: "give a file of torch.save")
    }
    let folder = String(decoding: entry.name.utf8.dropLast("data.pkl".utf8.count), as: UTF8.self)
    if let order = archive.entries["\(folder)byteorder"],
      !(try archive.data(order)).elementsEqual("little".utf8)
    {
      throw .unsupported(
        file: name, reason: "numbers that are not little-endian",
        remedy: "save the checkpoint again on a little-endian machine")
    }
    let pickle = try archive.data(entry)
    var interpreter = PickleInterpreter(
      pickle, file: name,
      fileOffset: pickle.baseAddress.map { $0 - bytes.baseAddress! } ?? 0)
    let root = try interpreter.run()
    let arena = interpreter.arena

    var storages: ExactDictionary<UnsafeRawBufferPointer> = [:]
    for storage in arena.storages where storages[storage.key] == nil {
      guard let entry = archive.entries["\(folder)data/\(storage.key)"] else {
        throw .malformed(
          file: name, offset: 0, reason: "the storage \(storage.key.prefix(80)) is missing")
      }
      storages[storage.key] = try archive.data(entry)
    }
    let isTorchScript = archive.entries["\(folder)constants.pkl"] != nil
    return Contents(
      tensors: try StateDict(root, arena: arena, storages: storages, file: name).tensors(),
      isTorchScript: isTorchScript)
  }

  // MARK: - Legacy

  private static func readLegacy(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) -> Contents {
    var position = 0
    func run() throws(CheckpointError) -> (value: PickleValue, arena: PickleArena) {
      var interpreter = PickleInterpreter(
        UnsafeRawBufferPointer(rebasing: bytes[position...]), file: name, fileOffset: position)
      let value = try interpreter.run()
      position += interpreter.position
      return (value, interpreter.arena)
    }
    // Magic number, protocol version, and what the machine was.
    _ = try run()
    _ = try run()
    let system = try run()
    if case .dictionary(let place) = system.value {
      for (key, value) in system.arena.dictionaries[place]
      where key.string?.isExactly("little_endian") ?? false {
        if case .bool(false) = value {
          throw .unsupported(
            file: name, reason: "numbers that are not little-endian",
            remedy: "save the checkpoint again on a little-endian machine")
        }
      }
    }
    let object = try run()
    let keys = try run()
    guard let order = keys.arena.values(keys.value) else {
      throw .malformed(file: name, offset: position, reason: "no list of storages")
    }
    var types: ExactDictionary<DataType> = [:]
    for storage in object.arena.storages { types[storage.key] = storage.dataType }
    let reader = LittleEndianReader(bytes: bytes, file: name)
    var storages: ExactDictionary<UnsafeRawBufferPointer> = [:]
    for key in order {
      guard let key = key.string, let type = types[key] else {
        throw .malformed(file: name, offset: position, reason: "a storage that nothing refers to")
      }
      guard let count = CheckedSize.product([try reader.int64(position), type.size]) else {
        throw .malformed(file: name, offset: position, reason: "a storage larger than any file")
      }
      storages[key] = try reader.range(position + 8, count)
      position += 8 + count
    }
    return Contents(
      tensors: try StateDict(
        object.value, arena: object.arena, storages: storages, file: name
      ).tensors(), isTorchScript: false)
  }
}
