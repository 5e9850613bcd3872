import VitCheckpoint
import VitJSON
import VitSystem

/// Writes a folder of vectors part by part.
///
/// A part counts as written once its `.npy` has its name; the `.jsonl` takes its own before. The
/// manifest is written at the start, as incomplete, and again at the end. So a process that was killed
/// leaves whole parts and a manifest that says which job they are of, and another can go on with the
/// parts that are missing.
package struct VectorFolderWriter {
  private let folder: String
  private let inputs: [VectorInput]
  private let lock: FileLock
  private var manifest: VectorManifest
  private var whole: [Int: (part: VectorManifest.Part, failures: [VectorManifest.Failure])] = [:]
  /// Parts that were there but are not what this job would write, files that changed since among the
  /// reasons: they are made again.
  package private(set) var damaged = 0
  /// Parts that are still to be written, in order.
  private var missing: ArraySlice<Int>
  private var values: [Float] = []
  private var lines: [VectorPart.Line] = []

  /// - Parameters:
  ///   - inputs: all inputs, of whose names `job` was made, as their files are now.
  ///   - resumes: whether to go on with what the folder holds; otherwise it must hold no vectors.
  /// - Throws: `VectorFolderError`: where the folder holds another job or another process writes into
  ///   it, or it cannot be written.
  package init(
    folder: String, job: VectorManifest.Job, shard: VectorManifest.Shard, inputs: [VectorInput],
    resumes: Bool
  ) throws {
    precondition(inputs.count == job.inputCount)
    self.folder = folder
    self.inputs = inputs
    try VectorFolderFiles.make(folder)
    lock = try VectorFolderFiles.lock(folder)
    manifest = VectorManifest(job: job, shard: shard)
    let mine = (0..<job.partCount).filter(shard.contains)
    let found = try VectorManifest.read(folder: folder)
    if let found {
      try Self.check(found, against: manifest, folder: folder, resumes: resumes)
      Self.removeTemporaryFiles(folder)
      let known = Dictionary(
        found.parts.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
      for number in mine where FileSystem.hasEntry(Self.path(folder, number) + ".npy") {
        let part = try Self.described(number, folder: folder, job: job, inputs: inputs)
        if let part, known[number] ?? part.part == part.part {
          whole[number] = part
        } else {
          damaged += 1
        }
      }
    } else if FolderEntry.names(in: folder).contains(where: { $0.hasPrefix("part-") }) {
      throw VectorFolderError.cannotWrite(
        path: folder, reason: "it holds parts but no \(VectorManifest.fileName)",
        remedy: "choose another folder")
    }
    let whole = whole
    missing = mine.filter { whole[$0] == nil }[...]
    if found == nil || !missing.isEmpty { try writeManifest() }
  }

  /// The inputs that are still to be embedded, in order.
  package var pending: [Range<Int>] { missing.map(manifest.job.inputs(ofPart:)) }

  /// What is written: before the first `append` what earlier processes wrote.
  package var done: (parts: Int, inputs: Int, failures: [VectorManifest.Failure]) {
    let all = whole.values.sorted { $0.part.number < $1.part.number }
    return (all.count, all.reduce(0) { $0 + $1.part.inputCount }, all.flatMap(\.failures))
  }

  /// Takes the next of the pending inputs, and writes its part when that is whole.
  ///
  /// - Parameters:
  ///   - vector: nil where the input failed.
  ///   - reason: why there is no vector.
  /// - Throws: `VectorFolderError.cannotWrite`.
  package mutating func append(input: String, vector: [Float]?, reason: String = "") throws {
    guard let number = missing.first else { preconditionFailure("more inputs than were pending") }
    let stamp = inputs[manifest.job.inputs(ofPart: number).lowerBound + lines.count].stamp
    if let vector {
      precondition(vector.count == manifest.job.embeddingSize)
      lines.append(
        VectorPart.Line(
          input: input, row: values.count / manifest.job.embeddingSize, reason: nil, stamp: stamp))
      values += vector
    } else {
      lines.append(VectorPart.Line(input: input, row: nil, reason: reason, stamp: stamp))
    }
    if lines.count == manifest.job.inputs(ofPart: number).count { try writePart(number) }
  }

  /// Marks the folder as complete.
  ///
  /// - Precondition: all pending inputs were appended.
  /// - Throws: `VectorFolderError.cannotWrite`.
  package mutating func finish() throws {
    precondition(missing.isEmpty)
    manifest.isComplete = true
    try writeManifest()
  }

  private mutating func writePart(_ number: Int) throws {
    let path = Self.path(folder, number)
    let size = manifest.job.embeddingSize
    let npy = NPY.bytes(values, shape: [values.count / size, size])
    let text = Array(linesText().utf8)
    try VectorFolderFiles.write(text, to: "\(path).jsonl")
    try VectorFolderFiles.write(npy, to: "\(path).npy")
    whole[number] = (
      VectorManifest.Part(
        number: number, inputCount: lines.count, vectorCount: values.count / size,
        vectorsHash: SHA256.hexadecimal(npy), linesHash: SHA256.hexadecimal(text)),
      lines.failures(part: number)
    )
    missing.removeFirst()
    values.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
  }

  private mutating func writeManifest() throws {
    let all = whole.values.sorted { $0.part.number < $1.part.number }
    manifest.parts = all.map(\.part)
    manifest.failures = all.flatMap(\.failures)
    try VectorFolderFiles.write(
      Array(manifest.text.utf8), to: "\(folder)/\(VectorManifest.fileName)")
  }

  /// The lines beside the `.npy`, in the form that `vit embed` writes beside a single one: the first
  /// also says what made the vectors, and which they are.
  private func linesText() -> String {
    let hash = SHA256.hexadecimal(values)
    var text = ""
    for (index, line) in lines.enumerated() {
      var members = JSONValue.input(line.input)
      if let row = line.row { members.append(("row", .number(.integer(Int64(row))))) }
      if let reason = line.reason { members.append(("error", .string(reason))) }
      if let stamp = line.stamp {
        members.append(("bytes", .number(.integer(Int64(stamp.byteCount)))))
        members.append(("modified_us", .number(.integer(Int64(stamp.modified)))))
      }
      if index == 0 {
        let pairs = manifest.job.madeWith.inOrder
        members.append(
          ("made_with", .object(JSONObject(pairs.map { ($0.key, .string($0.value)) }))))
        members.append(("vectors_sha256", .string(hash)))
      }
      text += JSONValue.object(JSONObject(members)).serialized() + "\n"
    }
    return text
  }

  private static func path(_ folder: String, _ number: Int) -> String {
    "\(folder)/\(VectorManifest.name(ofPart: number))"
  }

  private static func check(
    _ found: VectorManifest, against manifest: VectorManifest, folder: String, resumes: Bool
  ) throws {
    guard resumes else {
      throw VectorFolderError.cannotWrite(
        path: folder, reason: "it holds vectors already",
        remedy: "go on with them (`vit embed --resume`), or choose another folder")
    }
    var differences = manifest.job.differences(from: found.job)
    if found.shard != manifest.shard {
      differences.append("shard (\(manifest.shard.text), not \(found.shard.text))")
    }
    if !differences.isEmpty {
      throw VectorFolderError.differs(
        path: folder, from: "this run", what: differences,
        remedy: "give the inputs and options that it was made with, or choose another folder")
    }
  }

  /// A part that is there, of these inputs as their files are now, and of the model that makes this
  /// job's vectors; nil where it is of another job, or where a power cut left less than a part.
  private static func described(
    _ number: Int, folder: String, job: VectorManifest.Job, inputs: [VectorInput]
  ) throws -> (part: VectorManifest.Part, failures: [VectorManifest.Failure])? {
    guard
      let part = try? VectorPart(folder: folder, number: number, size: job.embeddingSize),
      let (described, lines) = try? part.described(),
      lines.lines.lazy.map({ VectorInput(name: $0.input, stamp: $0.stamp) })
        .elementsEqual(inputs[job.inputs(ofPart: number)]),
      VectorProvenance.differences(job.madeWith, from: lines.madeWith).isEmpty
    else { return nil }
    return (described, lines.lines.failures(part: number))
  }

  /// Removes what a process that was killed left.
  private static func removeTemporaryFiles(_ folder: String) {
    for name in FolderEntry.names(in: folder)
    where name.contains(TemporaryFile.mark)
      && (name.hasPrefix("part-") || name.hasPrefix(VectorManifest.fileName))
    {
      FileSystem.remove("\(folder)/\(name)")
    }
  }
}
