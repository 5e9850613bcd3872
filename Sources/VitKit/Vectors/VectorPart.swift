import VitCheckpoint
import VitSystem

/// A part of a folder of vectors: `part-00042.npy`, `[rows, size]` and mapped into memory, and
/// `part-00042.jsonl` beside it, a line for each input.
final class VectorPart: Sendable {
  /// What became of an input.
  struct Line: Equatable {
    let input: String
    /// Nil where it failed.
    let row: Int?
    /// Why it failed.
    let reason: String?
    /// How its file was.
    var stamp: FileStamp?
  }

  let number: Int
  /// The number of rows.
  let count: Int
  private let path: String
  private let size: Int
  private let file: MappedFile
  private let dataStart: Int
  /// SHA-256 of the file of lines that the manifest counts, where one is known.
  private let linesHash: String?

  /// - Parameters:
  ///   - size: numbers of a vector.
  ///   - linesHash: SHA-256 that the lines must have when they are read.
  /// - Throws: `VectorFolderError.unusable`.
  init(folder: String, number: Int, size: Int, linesHash: String? = nil) throws {
    self.number = number
    self.size = size
    self.linesHash = linesHash
    path = "\(folder)/\(VectorManifest.name(ofPart: number))"
    do {
      file = try Self.map("\(path).npy")
      let layout = try NPY.layout(of: file.bytes, name: "\(path).npy")
      guard layout.shape.count == 2, layout.shape[1] == size, layout.dataType == .float32,
        // The header that is written keeps the numbers aligned; another writer's need not.
        layout.dataStart % 4 == 0
      else {
        throw Self.damaged("\(path).npy", "has the shape \(layout.shape), not rows of \(size)")
      }
      (count, dataStart) = (layout.shape[0], layout.dataStart)
    } catch let error as CheckpointError {
      throw Self.damaged("\(path).npy", "\(error)")
    }
  }

  /// - Parameter reason: may begin with the path, as the errors of readers do.
  static func damaged(_ path: String, _ reason: String) -> VectorFolderError {
    .unusable(
      path: path, reason: reason.without(beginning: "\(path): "),
      remedy: "copy it again, or remove it and go on (`vit embed --resume`)")
  }

  /// - Throws: `VectorFolderError.unusable`.
  static func map(_ path: String) throws(VectorFolderError) -> MappedFile {
    do throws(SystemError) {
      return try MappedFile(path)
    } catch {
      throw damaged(path, "cannot be read: \(error.reason)")
    }
  }

  /// - Throws: `VectorFolderError.unusable` where vectors that were read were no longer there.
  func checkIntact() throws(VectorFolderError) { try Self.checkIntact(file) }

  static func checkIntact(_ file: MappedFile) throws(VectorFolderError) {
    do throws(SystemError) { try file.checkIntact() } catch {
      throw damaged(file.path, error.reason)
    }
  }

  /// `[rows, size]` in the mapped file; valid while the part lives.
  var values: UnsafePointer<Float>? {
    file.bytes.baseAddress.map { ($0 + dataStart).assumingMemoryBound(to: Float.self) }
  }

  func vector(_ row: Int) -> [Float] {
    precondition(row >= 0 && row < count)
    guard let values else { return [] }
    return Array(UnsafeBufferPointer(start: values + row * size, count: size))
  }

  /// Gives back the memory of what was read.
  func releasePages() { file.releasePages() }

  /// A line for each input, in their order, checked against the rows.
  ///
  /// - Throws: `VectorFolderError.unusable`.
  func lines() throws -> [Line] { try content().lines }

  /// What the file of lines says, checked against the rows.
  ///
  /// - Throws: `VectorFolderError.unusable`.
  func content() throws -> VectorLines {
    let name = "\(path).jsonl"
    let lines = try VectorLines(contentsOf: name, hash: linesHash)
    let rows = lines.lines.count { $0.row != nil }
    guard rows == count else {
      throw Self.damaged(name, "\(rows) rows, where the .npy has \(count)")
    }
    return lines
  }

  /// What the manifest should say of it, and its lines. Reads both files whole, for their hashes.
  ///
  /// - Throws: `VectorFolderError.unusable`, also where the lines are of other vectors.
  func described() throws -> (part: VectorManifest.Part, lines: VectorLines) {
    let lines = try content()
    guard lines.areOf(UnsafeRawBufferPointer(rebasing: file.bytes[dataStart...])) else {
      throw Self.damaged("\(path).jsonl", "names other vectors by their SHA-256")
    }
    let part = VectorManifest.Part(
      number: number, inputCount: lines.lines.count, vectorCount: count,
      vectorsHash: try Self.hash("\(path).npy"), linesHash: try Self.hash("\(path).jsonl"))
    return (part, lines)
  }

  static func hash(_ path: String) throws -> String {
    var hash = SHA256()
    let file = try map(path)
    file.forEachChunk { hash.update($0) }
    try checkIntact(file)
    return hash.finalized()
  }
}

extension [VectorPart.Line] {
  func failures(part: Int) -> [VectorManifest.Failure] {
    compactMap { line in
      line.reason.map { VectorManifest.Failure(part: part, input: line.input, reason: $0) }
    }
  }
}
