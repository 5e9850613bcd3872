import VitCheckpoint
import VitJSON
import VitSystem

/// Vectors that `vit embed` wrote: `.npy` with the `.jsonl` beside it, or `.safetensors`.
struct SavedVectors {
  let names: [String]
  /// Of length 1.
  let vectors: [[Float]]
  /// The hash of the weights that made them; nil where the file does not say.
  let weightsHash: String?

  init(path: String) throws {
    do throws(SystemError) { _ = try FileStatus(path) } catch {
      throw CommandFailure(.missing, "\(path): \(FileKind.reason(error))")
    }
    do {
      self =
        try path.hasSuffix(".safetensors")
        ? Self(safetensors: path) : Self(npy: path)
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.unusable, "\(error)")
    }
  }

  private init(npy path: String) throws {
    let array = try NPY.read(contentsOf: path)
    try Self.check(array.shape, path: path)
    let index = NPYVectorWriter.indexPath(path)
    var names: [String] = []
    var hash: String?
    for (number, line) in try TextLines.read(index).enumerated() {
      let json = try JSONValue.parse(line, name: index)
      hash = json["made_with"]?["weights_sha256"]?.string ?? hash
      if json["error"] != nil { continue }
      guard json["row"]?.int == names.count, let input = json["input"]?.string else {
        throw Self.strangers(path, index, "line \(number + 1) is not of row \(names.count)")
      }
      names.append(input)
    }
    guard names.count == array.shape[0] else {
      throw Self.strangers(path, index, "\(names.count) rows, not \(array.shape[0])")
    }
    try self.init(
      path: path, names: names, size: array.shape[1], values: array.values, weightsHash: hash)
  }

  private init(safetensors path: String) throws {
    let file = try Checkpoint.open(file: path)
    guard let shape = file.tensors["embeddings"]?.shape else {
      throw CommandFailure(
        .unusable, "\(path): has no matrix named embeddings; give a file of vit embed")
    }
    try Self.check(shape, path: path)
    let inputs = try file.metadata["inputs"].map { try JSONValue.parse($0, name: path) }
    let names = inputs?.array?.compactMap(\.string) ?? []
    guard names.count == shape[0] else {
      throw CommandFailure(
        .unusable,
        "\(path): its metadata names \(names.count) inputs for \(shape[0]) vectors; embed them again"
      )
    }
    try self.init(
      path: path, names: names, size: shape[1], values: file.float32("embeddings"),
      weightsHash: file.metadata["weights_sha256"])
  }

  /// Rows without numbers take no bytes, so that a small file could claim any number of them.
  private static func check(_ shape: [Int], path: String) throws {
    guard shape.count == 2, shape[1] > 0 else {
      throw CommandFailure(
        .unusable,
        "\(path): has the shape \(shape), not one vector a row; give a file of vit embed")
    }
  }

  private static func strangers(_ path: String, _ index: String, _ reason: String) -> CommandFailure
  {
    CommandFailure(
      .unusable,
      "\(index): does not belong to \(path) (\(reason)); keep the two together, or embed the inputs "
        + "again")
  }

  private init(
    path: String, names: [String], size: Int, values: [Float], weightsHash: String?
  ) throws {
    self.names = names
    self.weightsHash = weightsHash
    vectors = try names.indices.map { row in
      let vector = Array(values[row * size..<(row + 1) * size])
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length.isFinite else {
        throw CommandFailure(
          .unusable, "\(path): the vector of \(names[row]) holds what is no number; embed it again")
      }
      return length == 0 ? vector : vector.map { $0 / length }
    }
  }

  /// Refuses to compare vectors of two models: their cosines would mean nothing.
  ///
  /// - Parameters:
  ///   - weightsHash: of the weights that made those of `path`, and `size`, their numbers.
  ///   - hash: of what they are compared with, and `dimension`; nil where not known.
  static func check(
    madeBy weightsHash: String?, dimension size: Int?, as hash: String?, dimension: Int?,
    path: String
  ) throws {
    if let weightsHash, let hash, weightsHash != hash {
      throw CommandFailure(
        .unusable,
        "\(path): made by another model (weights \(weightsHash.prefix(12))…, not \(hash.prefix(12))…); "
          + "embed the inputs again, or name that model with --model")
    }
    if let size, let dimension, size != dimension {
      throw CommandFailure(
        .unusable, "\(path): vectors of \(size) numbers, where the others have \(dimension)")
    }
  }
}
