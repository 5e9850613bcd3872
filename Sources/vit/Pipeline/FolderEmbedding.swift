import VitKit
import VitSystem

/// Embeds images into a folder of parts, or those of them that an earlier command did not finish.
struct FolderEmbedding {
  let folder: String
  let options: PartOptions
  let decoding: DecodeFlags
  let normalized: Bool

  /// - Parameter work: all images that belong to the folder and the other shards'.
  /// - Throws: `CommandFailure`.
  func run(_ work: ImageWork, model: Model) throws {
    do {
      try embedMissing(work, model: model)
    } catch let error as VectorFolderError {
      throw CommandFailure(error)
    }
  }

  private func embedMissing(_ work: ImageWork, model: Model) throws {
    let inputs = try work.source.all()
    let job = VectorManifest.Job(
      partSize: options.partSize ?? PartOptions.standardPartSize, inputs: inputs.map(\.name),
      embeddingSize: model.info.embeddingSize,
      madeWith: try VectorProvenance(
        model: model, normalized: normalized, fastDecode: decoding.fastDecode
      ).metadata,
      options: decoding.manifestOptions)
    let writer = try VectorFolderWriter(
      folder: folder, job: job, shard: try options.resolvedShard(), inputs: Self.stamped(inputs),
      resumes: options.resume)
    let earlier = writer.done
    tell(earlier: earlier, damaged: writer.damaged, to: work.report.console)
    work.report.add(earlier: earlier.inputs, failures: earlier.failures.count)
    var missing = work
    missing.source = InputSource(
      writer.pending.flatMap { inputs[$0] }, console: work.report.console)
    let partWriter = PartVectorWriter(writer)
    Interrupt.keepResults()
    try EmbedStages(missing, model: model, normalized: normalized, writer: partWriter).run()
    try partWriter.finish()
  }

  /// The inputs with how their files are now; an archive is looked at once.
  private static func stamped(_ inputs: [ImageInput]) -> [VectorInput] {
    var archives = ExactDictionary<FileStamp?>()
    return inputs.map { input in
      guard case .image(let image) = input.source else { return VectorInput(name: input.name) }
      switch image.kind {
      case .file: return VectorInput(name: image.name, stamp: FileStamp(ofFile: image.name))
      case .member(let path, _, _):
        let stamp = archives[path] ?? FileStamp(ofFile: path)
        archives[path] = stamp
        return VectorInput(name: image.name, stamp: stamp)
      case .archive, .bytes, .image, .failed: return VectorInput(name: image.name)
      }
    }
  }

  private func tell(
    earlier: (parts: Int, inputs: Int, failures: [VectorManifest.Failure]), damaged: Int,
    to console: Console
  ) {
    if earlier.parts > 0 {
      console.notice("\(folder): \(earlier.parts) parts are there already")
    }
    if damaged > 0 {
      console.warning(
        "\(folder): \(damaged) parts are damaged, of another run, or of files that have changed since; "
          + "made again")
    }
    guard let first = earlier.failures.first else { return }
    let parts = Set(earlier.failures.map(\.part)).sorted()
    let names = parts.prefix(3).map { "\(VectorManifest.name(ofPart: $0)).npy" }
    console.warning(
      "\(folder): \(earlier.failures.count) inputs failed before, such as \(first.input); to try them "
        + "again remove \(names.joined(separator: ", "))\(parts.count > 3 ? " …" : "")")
  }
}
