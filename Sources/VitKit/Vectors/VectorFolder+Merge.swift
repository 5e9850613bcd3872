import VitCheckpoint
import VitSystem

extension VectorFolder {
  /// Joins the parts of several folders, each a shard of one job, into one folder, the same to the
  /// byte as if one process had written it.
  ///
  /// - Parameter output: a folder that holds no vectors yet.
  /// - Throws: `VectorFolderError`: where the folders are not of one job, are unfinished or damaged, a
  ///   part is missing, or two have the same; nothing is written then. Also where writing fails.
  @discardableResult
  package static func merge(_ folders: [String], into output: String) throws -> VectorManifest {
    var sources: [Int: (folder: String, part: VectorManifest.Part)] = [:]
    var failures: [VectorManifest.Failure] = []
    var first: (folder: String, job: VectorManifest.Job)?
    for folder in folders {
      let manifest = try finishedManifest(of: folder)
      if let first {
        let differences = manifest.job.differences(from: first.job)
        if !differences.isEmpty {
          throw VectorFolderError.differs(
            path: folder, from: first.folder, what: differences,
            remedy: "join only shards of one run")
        }
      } else {
        first = (folder, manifest.job)
      }
      for part in manifest.parts {
        if let other = sources[part.number]?.folder {
          throw VectorFolderError.unusable(
            path: folder, reason: "part \(part.number) is in \(other) too",
            remedy: "name each shard once")
        }
        sources[part.number] = (folder, part)
      }
      failures += manifest.failures
    }
    guard let job = first?.job else { throw VectorFolderError.missing(path: output) }
    let missing = (0..<job.partCount).filter { sources[$0] == nil }
    guard missing.isEmpty else {
      let shown = missing.prefix(8).map(String.init).joined(separator: ", ")
      throw VectorFolderError.unusable(
        path: folders.joined(separator: ", "),
        reason: "\(missing.count) of \(job.partCount) parts missing (\(shown)"
          + (missing.count > 8 ? " …)" : ")"), remedy: "name the folders of all shards")
    }
    try check(sources.values.sorted { $0.part.number < $1.part.number }, of: job)
    try VectorFolderFiles.make(output)
    let lock = try VectorFolderFiles.lock(output)
    defer { withExtendedLifetime(lock) {} }
    guard !FileSystem.hasEntry("\(output)/\(VectorManifest.fileName)") else {
      throw VectorFolderError.cannotWrite(
        path: output, reason: "it holds vectors already", remedy: "choose another folder")
    }
    let parts = try sources.sorted { $0.key < $1.key }.map { _, source in
      try copy(source.part, from: source.folder, to: output)
      return source.part
    }
    let manifest = VectorManifest(
      job: job, shard: .whole, isComplete: true, parts: parts,
      failures: failures.enumerated().sorted {
        ($0.element.part, $0.offset) < ($1.element.part, $1.offset)
      }
      .map(\.element))
    try VectorFolderFiles.write(
      Array(manifest.text.utf8), to: "\(output)/\(VectorManifest.fileName)")
    return manifest
  }

  /// The manifest of a folder whose parts are all there.
  ///
  /// - Throws: `VectorFolderError`, also where it is unfinished.
  static func finishedManifest(of folder: String) throws -> VectorManifest {
    guard let manifest = try VectorManifest.read(folder: folder) else {
      throw VectorFolderError.missing(path: folder)
    }
    guard manifest.isComplete else {
      throw VectorFolderError.unusable(
        path: folder, reason: "its run has not finished",
        remedy: "let it go on first (`vit embed --resume`)")
    }
    return manifest
  }

  /// Checks, before anything is written, that each part is what its manifest says, and that all
  /// together are of the job's inputs.
  private static func check(
    _ sources: [(folder: String, part: VectorManifest.Part)], of job: VectorManifest.Job
  ) throws {
    var inputs = VectorManifest.InputsHash()
    for (folder, expected) in sources {
      let path = "\(folder)/\(VectorManifest.name(ofPart: expected.number))"
      let part = try VectorPart(folder: folder, number: expected.number, size: job.embeddingSize)
      let (found, lines) = try part.described()
      guard found.vectorsHash == expected.vectorsHash else {
        throw VectorPart.damaged("\(path).npy", "not what the manifest says (SHA-256)")
      }
      guard found == expected else {
        throw VectorPart.damaged("\(path).jsonl", "not what the manifest says (SHA-256, counts)")
      }
      guard found.inputCount == job.inputs(ofPart: expected.number).count else {
        throw VectorPart.damaged("\(path).jsonl", "\(found.inputCount) inputs are no whole part")
      }
      for line in lines.lines { inputs.update(line.input) }
      part.releasePages()
    }
    guard inputs.finalized() == job.inputsHash else {
      throw VectorFolderError.unusable(
        path: sources.first?.folder ?? "",
        reason: "its inputs are not those that its manifest counts",
        remedy: "embed them again")
    }
  }

  private static func copy(
    _ part: VectorManifest.Part, from folder: String, to output: String
  ) throws {
    let name = VectorManifest.name(ofPart: part.number)
    for ending in [".jsonl", ".npy"] {
      let source = "\(folder)/\(name)\(ending)"
      let file = try VectorPart.map(source)
      defer { file.releasePages() }
      try VectorFolderFiles.write(file.bytes, to: "\(output)/\(name)\(ending)")
    }
  }
}
