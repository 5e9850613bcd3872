import VitJSON
import VitSystem

/// The tensors of a model by name, whatever files they lie in.
package final class Checkpoint: Sendable {
  /// The file, or the index of the shards.
  package let path: String
  package let tensors: ExactDictionary<TensorInfo>
  /// Sorted.
  package let names: [String]
  /// What the writer noted, such as `format`.
  package let metadata: ExactDictionary<String>
  /// A TorchScript archive: its tensors are a module tree's, its code is not read.
  package let isTorchScript: Bool
  /// Nil unless its linear layers are packed.
  package let conversion: Conversion?
  private let data: ExactDictionary<TensorData>
  /// What keeps the bytes alive; empty for constant data.
  private let files: [MappedFile]
  private let memory: TensorBytes?
  /// Tells the chosen tensors of files that hold several models; nil for all tensors of the files.
  private let selection: String?

  /// `@unchecked Sendable`: constant data that outlives the process's use of it.
  private struct TensorBytes: @unchecked Sendable { let bytes: UnsafeRawBufferPointer }

  private init(
    path: String, data: ExactDictionary<TensorData>, metadata: ExactDictionary<String>,
    isTorchScript: Bool = false, conversion: Conversion? = nil, files: [MappedFile],
    memory: TensorBytes? = nil, selection: String? = nil
  ) {
    self.selection = selection
    self.path = path
    self.data = data
    self.metadata = metadata
    self.isTorchScript = isTorchScript
    self.conversion = conversion
    self.files = files
    self.memory = memory
    tensors = data.mapValues(\.info)
    names = data.keys.sortedExactly()
  }

  /// Bytes that live as long as the process, read where they lie.
  package convenience init(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(CheckpointError) {
    try self.init(bytes, path: name, files: [], memory: TensorBytes(bytes: bytes))
  }

  /// Which format the bytes have is told by their content.
  private convenience init(
    _ bytes: UnsafeRawBufferPointer, path: String, files: [MappedFile], memory: TensorBytes? = nil
  ) throws(CheckpointError) {
    if PyTorchArchive.recognizes(bytes) {
      let archive = try PyTorchArchive.read(bytes, name: path)
      self.init(
        path: path, data: archive.tensors, metadata: [:], isTorchScript: archive.isTorchScript,
        files: files, memory: memory)
      return
    }
    if let error = UnsupportedFormat.error(bytes, file: path) { throw error }
    let contents = try Safetensors.read(bytes, name: path)
    self.init(
      path: path, data: contents.tensors, metadata: contents.metadata,
      conversion: try Conversion(metadata: contents.metadata, file: path), files: files,
      memory: memory)
  }

  /// Opens a weights file; which format it has is told by its content, and shards by the name
  /// `*.index.json`.
  package static func open(file path: String) throws(CheckpointError) -> Checkpoint {
    if path.endsExactly(".index.json") { return try openShards(index: path) }
    let file = try MappedFile(checkpoint: path)
    return try Checkpoint(file.bytes, path: path, files: [file])
  }

  private static func openShards(index path: String) throws(CheckpointError) -> Checkpoint {
    let index = try MappedFile(checkpoint: path)
    let json: JSONValue
    do {
      json = try JSONValue.parse(index.bytes, name: path, limits: JSONLimits(bytes: 64 << 20))
    } catch {
      throw .malformed(file: path, offset: error.offset, reason: error.reason)
    }
    guard let map = json["weight_map"]?.object else {
      throw .malformed(file: path, offset: 0, reason: "no weight_map")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var shards: ExactDictionary<Checkpoint> = [:]
    var data: ExactDictionary<TensorData> = [:]
    var files: [MappedFile] = []
    for (tensor, value) in map {
      guard let shard = value.string, Self.isPlainName(shard), !shard.endsExactly(".index.json")
      else {
        throw .malformed(
          file: path, offset: 0,
          reason: "weight_map places \(tensor) in what is no file beside the index")
      }
      if shards[shard] == nil {
        guard shards.count < 4096 else {
          throw .malformed(file: path, offset: 0, reason: "more than 4,096 shards")
        }
        let opened = try open(file: folder + shard)
        shards[shard] = opened
        files += opened.files
      }
      guard let found = shards[shard]?.data[tensor] else {
        throw .missingTensors(file: folder + shard, names: [tensor])
      }
      data[tensor] = found
    }
    return Checkpoint(path: path, data: data, metadata: [:], files: files)
  }

  /// Some of the tensors, under other names, of the same files.
  ///
  /// - Parameters:
  ///   - names: each tensor's name here and its new one; those that are not listed are left out.
  ///   - selection: tells what was chosen from what else could have been; nil where that was nothing.
  ///     It is part of the weights' hash.
  /// - Throws: `unsupported` where two tensors would have one name.
  package func selecting(
    _ names: [(old: String, new: String)], selection: String?
  ) throws(CheckpointError) -> Checkpoint {
    var selected: ExactDictionary<TensorData> = [:]
    for (old, new) in names {
      guard let tensor = data[old] else { throw .missingTensors(file: path, names: [old]) }
      guard selected[new] == nil else {
        throw .unsupported(
          file: path, reason: "two of its tensors are the model's \(new)",
          remedy: "save the state dict of the model alone")
      }
      selected[new] = tensor.renamed(new)
    }
    return Checkpoint(
      path: path, data: selected, metadata: metadata, isTorchScript: isTorchScript,
      conversion: conversion, files: files, memory: memory, selection: selection)
  }

  /// A file name of one part: neither a path nor one that C would cut at a NUL.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// The numbers of a tensor in row-major order.
  package func float32(
    _ name: String, shape: [Int]? = nil
  ) throws(CheckpointError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    return [Float](unsafeUninitializedCapacity: tensor.info.elementCount) { buffer, count in
      if let start = buffer.baseAddress { tensor.float32(into: start) }
      count = tensor.info.elementCount
    }
  }

  /// The numbers of a tensor where they lie, if they are aligned float32.
  package func plainFloat32(_ name: String) throws(CheckpointError) -> UnsafePointer<Float>? {
    let tensor = try tensor(name, shape: nil)
    guard tensor.isPlainFloat32 else { return nil }
    return tensor.bytes.baseAddress?.assumingMemoryBound(to: Float.self)
  }

  /// Copies the numbers of a tensor, in row-major order, to where there is room for all.
  package func copyFloat32(
    _ name: String, to output: UnsafeMutablePointer<Float>
  ) throws(CheckpointError) {
    try tensor(name, shape: nil).float32(into: output)
  }

  /// One row of a matrix that was checked before to have it.
  package func copyRow(of name: String, _ row: Int, to output: UnsafeMutablePointer<Float>) {
    guard let tensor = data[name], let size = tensor.info.shape.last, tensor.info.shape.count == 2
    else { return }
    precondition(row >= 0 && row < tensor.info.shape[0])
    tensor.copyRow(row, size: size, to: output)
  }

  /// The bytes of a tensor where they lie.
  ///
  /// - Throws: `missingTensors`, or `unsupported` for a view whose numbers do not lie in order.
  package func contiguousBytes(of name: String) throws(CheckpointError) -> UnsafeRawBufferPointer {
    guard let tensor = data[name] else { throw .missingTensors(file: path, names: [name]) }
    guard tensor.strides == nil else {
      throw .unsupported(
        file: path, reason: "\(name) is a view", remedy: "save the model again as safetensors")
    }
    let size = tensor.info.elementCount * tensor.info.dataType.size
    return UnsafeRawBufferPointer(rebasing: tensor.bytes.prefix(size))
  }

  /// A copy of the bytes of a tensor in row-major order, also of a view.
  package func rowMajorBytes(of name: String) throws(CheckpointError) -> [UInt8] {
    guard let tensor = data[name] else { throw .missingTensors(file: path, names: [name]) }
    return tensor.rowMajorBytes()
  }

  /// Whether the numbers of a tensor lie in order, without gaps.
  package func isContiguous(_ name: String) -> Bool { data[name]?.strides == nil }

  private func tensor(_ name: String, shape: [Int]?) throws(CheckpointError) -> TensorData {
    guard let tensor = data[name] else { throw .missingTensors(file: path, names: [name]) }
    if isPacked(name) {
      throw .badConversion(file: path, reason: "\(name) is packed, but is no linear layer")
    }
    if let shape, shape != tensor.info.shape {
      throw .shapeMismatch(file: path, tensor: name, found: tensor.info.shape, expected: shape)
    }
    return tensor
  }

  /// Gives back the memory of what was read; reading it again reads the file again. Packed layers are
  /// used where they lie: they stay.
  package func releasePages() {
    guard conversion == nil else { return }
    for file in files { file.releasePages() }
  }

  /// Refuses what was read from files that were cut meanwhile: it was zeros.
  ///
  /// - Throws: `CheckpointError.unreadable`, which names the file.
  package func checkIntact() throws(CheckpointError) {
    for file in files { try file.checkTensors() }
  }

  /// SHA-256 of the files' bytes in order, in hexadecimal.
  package func contentHash() -> String { hash(from: 0) }

  /// SHA-256 of the weights in hexadecimal, of the original's where they were converted: both give
  /// the same vectors.
  ///
  /// - Throws: `badConversion` where what was converted has changed since, and is the original's no
  ///   longer.
  package func weightsHash() throws(CheckpointError) -> String {
    guard let conversion else {
      let content = contentHash()
      try checkIntact()
      guard let selection else { return content }
      return SHA256.hexadecimal(Array("\(content) \(selection)".utf8))
    }
    let start = data.values.lazy.compactMap { $0.bytes.baseAddress }.min()
    guard let whole = memory?.bytes.baseAddress ?? files.first?.bytes.baseAddress, let start,
      hash(from: start - whole) == conversion.dataHash
    else {
      try checkIntact()
      throw .badConversion(
        file: path, reason: "its tensors are not those that were written (SHA-256)")
    }
    return conversion.originHash
  }

  /// Of all bytes but the first.
  private func hash(from start: Int) -> String {
    var hash = SHA256()
    var skipped = start
    func update(_ bytes: UnsafeRawBufferPointer) {
      let rest = bytes.dropFirst(skipped)
      skipped -= bytes.count - rest.count
      hash.update(UnsafeRawBufferPointer(rebasing: rest))
    }
    if let memory { update(memory.bytes) }
    for file in files { file.forEachChunk(update) }
    return hash.finalized()
  }
}
