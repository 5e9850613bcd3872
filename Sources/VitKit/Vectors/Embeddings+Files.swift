import VitCheckpoint
import VitJSON
import VitSystem

extension Embeddings {
  /// Reads saved vectors: a `.npy` with the `.jsonl` beside it, a `.safetensors`, or a folder of parts,
  /// as `write(to:)` and `vit embed` write them; a `.csv`, `.jsonl` or `.json` of `vit embed`. The rows
  /// of a `.npy` with nothing beside it are named by their numbers, and `notice` says so.
  ///
  /// A file is read into memory; a folder stays where it is, mapped, and may be larger than the memory.
  ///
  /// - Throws: `InputError`: `.missing`, `.unreadable`, `.unknownFormat`; `.damaged`, also where the
  ///   `.jsonl` does not belong to the `.npy` or a folder's run has not finished; `.notFinite` for a
  ///   vector in a file that holds NaN or infinity or is of length 0.
  public init(contentsOf path: String) throws {
    let kind: FileStatus.Kind
    do throws(SystemError) { kind = try FileStatus(path).kind } catch {
      throw InputError(
        path, FileSystem.hasEntry(path) ? .unreadable : .missing, reason: error.reason,
        remedy: "check the name")
    }
    do {
      if kind == .folder {
        self.init(try VectorFolder(path: path))
      } else {
        switch path.lowercased() {
        case let name where name.endsExactly(".safetensors"): try self.init(safetensors: path)
        case let name where name.endsExactly(".csv"): try self.init(csv: path)
        case let name where name.endsExactly(".json"): try self.init(json: path, isLines: false)
        case let name where name.endsExactly(".jsonl") || name.endsExactly(".ndjson"):
          try self.init(json: path, isLines: true)
        default: try self.init(npy: path)
        }
      }
      origin = path
    } catch {
      throw InputError.of(vectors: error, path: path)
    }
  }

  private init(npy path: String) throws {
    let file: MappedFile
    do throws(SystemError) {
      file = try MappedFile(path)
    } catch { throw Self.unreadable(path, error) }
    defer { withExtendedLifetime(file) {} }
    let array = try NPY.read(file.bytes, name: path)
    try Self.check(array.shape, path: path)
    let start = try NPY.layout(of: file.bytes, name: path).dataStart
    let index = VectorLines.path(besideNPY: path)
    func strangers(_ reason: String) -> InputError {
      InputError(
        index, .damaged, reason: "does not belong to \(path) (\(reason))",
        remedy: "keep the two together, or embed the inputs again")
    }
    guard FileSystem.hasEntry(index) else {
      let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
      try self.init(
        names: (0..<array.shape[0]).map { "\(name ?? path)[\($0)]" }, values: array.values,
        size: array.shape[1], provenance: [:])
      notice = "\(index): is not there; the rows of \(path) are named by their numbers"
      return
    }
    let lines: VectorLines
    do { lines = try VectorLines(contentsOf: index) } catch let error as VectorFolderError {
      if case .unusable(_, let reason, _) = error { throw strangers(reason) }
      throw error
    }
    let names = lines.lines.filter { $0.row != nil }.map(\.input)
    guard names.count == array.shape[0] else {
      throw strangers("\(names.count) rows, not \(array.shape[0])")
    }
    let areTogether = lines.areOf(UnsafeRawBufferPointer(rebasing: file.bytes[start...]))
    do throws(SystemError) { try file.checkIntact() } catch { throw Self.unreadable(path, error) }
    guard areTogether else { throw strangers("it names other vectors by their SHA-256") }
    try self.init(
      names: names, values: array.values, size: array.shape[1], provenance: lines.madeWith)
    isComplete = lines.isComplete
  }

  private static func unreadable(_ path: String, _ error: SystemError) -> InputError {
    InputError(path, .unreadable, reason: error.reason, remedy: "check the file, and try again")
  }

  private init(safetensors path: String) throws {
    let file = try Checkpoint.open(file: path)
    guard let shape = file.tensors["embeddings"]?.shape else {
      throw InputError(
        path, .unknownFormat, reason: "has no matrix named embeddings",
        remedy: "give a file that `Embeddings.write` or `vit embed` wrote")
    }
    try Self.check(shape, path: path)
    let inputs = try file.metadata["inputs"].map { try JSONValue.parse($0, name: path) }
    let bytes = try file.metadata["inputs_bytes"].map { try JSONValue.parse($0, name: path) }
    let names = JSONValue.names(inputs, bytes: bytes)
    guard names.count == shape[0] else {
      throw InputError(
        path, .damaged,
        reason: "its metadata names \(names.count) inputs for \(shape[0]) vectors",
        remedy: "embed them again")
    }
    var madeWith = file.metadata
    for key in ["inputs", "inputs_bytes", "failed", "format", "complete"] { madeWith[key] = nil }
    try self.init(
      names: names, values: try file.float32("embeddings"), size: shape[1], provenance: madeWith)
    isComplete = file.metadata["complete"] != "false"
  }

  /// Rows without numbers take no bytes, so that a small file could claim any number of them.
  private static func check(_ shape: [Int], path: String) throws {
    guard shape.count == 2, shape[1] > 0 else {
      throw InputError(
        path, .unknownFormat, reason: "has the shape \(shape), not one vector a row",
        remedy: "give a file that `Embeddings.write` or `vit embed` wrote")
    }
  }

  /// Writes the vectors with their names and `madeWith`: as float32 `[count, size]` with a `.jsonl`
  /// beside it where `path` ends in `.npy`; as one `.safetensors`; else as a folder of parts.
  ///
  /// Files take their names when they are whole. O(count × size).
  ///
  /// - Parameters:
  ///   - path: a file is replaced; a folder must hold no vectors yet.
  ///   - partSize: vectors of a part of a folder.
  /// - Throws: `RequestError.cannotWrite`; `.invalidArgument` where there are no vectors, whose length
  ///   could not be told, for a part size below 1, and for a folder of what is not complete.
  public func write(to path: String, partSize: Int = 65_536) throws {
    guard count > 0 else {
      throw RequestError(
        .invalidArgument, reason: "\(path): there are no vectors to write",
        remedy: "write them when there are some")
    }
    try RequestError.require("partSize", partSize, in: 1...(.max))
    do {
      if path.hasSuffix(".npy") {
        try writeNPY(to: path)
      } else if path.hasSuffix(".safetensors") {
        try writeSafetensors(to: path)
      } else {
        guard isComplete else {
          throw RequestError(
            .invalidArgument, reason: "\(path): a folder of parts holds whole runs",
            remedy: "write a .npy or .safetensors")
        }
        try writeFolder(to: path, partSize: partSize)
      }
    } catch let error as SystemError {
      throw RequestError(
        .cannotWrite, reason: "\(path): cannot be written (\(error.reason))",
        remedy: "choose another place, or make room")
    } catch let error as VectorFolderError {
      throw publicError(error)
    }
  }

  private func writeNPY(to path: String) throws {
    var lines = ""
    let values = allValues
    let hash = SHA256.hexadecimal(values)
    for (row, name) in try names.enumerated() {
      var members = JSONValue.input(name) + [("row", .number(.integer(Int64(row))))]
      if row == 0 {
        let pairs = provenance.inOrder
        members += [
          ("made_with", .object(JSONObject(pairs.map { ($0.key, .string($0.value)) }))),
          ("vectors_sha256", .string(hash)), ("complete", .bool(isComplete)),
        ]
      }
      lines += JSONValue.object(JSONObject(members)).serialized() + "\n"
    }
    // A reader that sees the new lines beside old vectors refuses them; the vectors come last, as
    // those of a folder's parts do.
    try TemporaryFile.write(
      Array(lines.utf8), to: VectorLines.path(besideNPY: path), synchronized: false)
    try TemporaryFile.write(
      NPY.bytes(values, shape: [count, size]), to: FileSystem.canonicalPath(path) ?? path,
      synchronized: false)
  }

  private func writeSafetensors(to path: String) throws {
    var metadata = provenance
    metadata["complete"] = "\(isComplete)"
    for (key, value) in JSONValue.names(try names, key: "inputs") {
      metadata[key] = value.serialized()
    }
    let bytes = SafetensorsWriter.bytes(
      [(name: "embeddings", shape: [count, size], values: allValues)], metadata: metadata)
    try TemporaryFile.write(
      bytes, to: FileSystem.canonicalPath(path) ?? path, synchronized: false)
  }

  private func writeFolder(to path: String, partSize: Int) throws {
    let names = try names
    var writer = try VectorFolderWriter(
      folder: path,
      job: VectorManifest.Job(
        partSize: partSize, inputs: names, embeddingSize: size, madeWith: provenance, options: [:]),
      shard: .whole, inputs: names.map { VectorInput(name: $0) }, resumes: false)
    for (row, name) in names.enumerated() { try writer.append(input: name, vector: vector(row)) }
    try writer.finish()
  }

  private var allValues: [Float] {
    [Float](unsafeUninitializedCapacity: count * size) { buffer, initialized in
      for row in 0..<count {
        withRow(row) { (buffer.baseAddress! + row * size).update(from: $0, count: size) }
      }
      initialized = count * size
    }
  }
}
