import VitKit

/// Embeds images into a folder of parts.
struct FolderRun {
  let folder: String
  let options: PartOptions
  let decoding: DecodeFlags
  let memory: MemoryOptions
  let isRaw: Bool

  /// Ends the command, as `ImageRun.finish`.
  func embed(_ source: InputSource, model: Model, run: inout ImageRun) throws {
    do {
      try embedMissing(source, model: model, run: &run)
    } catch let error as VectorFolderError {
      throw CommandFailure(error)
    }
    try run.finish()
  }

  private func embedMissing(_ source: InputSource, model: Model, run: inout ImageRun) throws {
    let inputs = try source.all()
    let names = inputs.map(\.name)
    let description = VectorManifest.Run(
      partSize: options.partSize ?? PartOptions.standardPartSize, inputs: names,
      embeddingSize: model.info.embeddingSize,
      madeWith: try Provenance(
        model: model, normalized: !isRaw, fastDecode: decoding.fastDecode
      ).metadata,
      options: decoding.manifestOptions.merging(
        ["memory_bytes": "\(try memory.budget().bytes)"]) { $1 })
    var writer = try VectorFolderWriter(
      folder: folder, run: description, shard: try options.resolvedShard(), inputs: names,
      resumes: options.resume)
    let pending = writer.pending
    let earlier = writer.done
    tell(earlier: earlier, damaged: writer.damaged, to: run.console)
    run.add(earlier: earlier.inputs, failures: earlier.failures.count)
    try run.run(
      InputSource(pending.flatMap { inputs[$0] }, console: run.console),
      preparation: Preparation(decoding, memory, for: model.info) { try model.preprocess($0) },
      encode: { try model.embeddings(pixels: $0, normalized: !isRaw) },
      emit: { input, result in
        switch result {
        case .success(let vector): try writer.append(input: input.name, vector: vector)
        case .failure(let failure):
          try writer.append(input: input.name, vector: nil, reason: failure.reason)
        }
      })
    if !Interrupt.isRequested { try writer.finish() }
  }

  private func tell(
    earlier: (parts: Int, inputs: Int, failures: [VectorManifest.Failure]), damaged: Int,
    to console: Console
  ) {
    if earlier.parts > 0 {
      console.notice("\(folder): \(earlier.parts) parts are there already")
    }
    if damaged > 0 {
      console.warning("\(folder): \(damaged) parts are damaged or of another run; made again")
    }
    guard let first = earlier.failures.first else { return }
    let parts = Set(earlier.failures.map(\.part)).sorted()
    let names = parts.prefix(3).map { "\(VectorManifest.name(ofPart: $0)).npy" }
    console.warning(
      "\(folder): \(earlier.failures.count) inputs failed before, such as \(first.input); to try them "
        + "again remove \(names.joined(separator: ", "))\(parts.count > 3 ? " …" : "")")
  }
}

extension CommandFailure {
  init(_ error: VectorFolderError) {
    let status: ExitStatus =
      switch error {
      case .missing: .missing
      case .unusable, .differs: .unusable
      case .cannotWrite: .cannotWrite
      }
    self.init(status, "\(error)")
  }
}
