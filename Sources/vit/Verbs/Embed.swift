import ArgumentParser
import VitKit

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn each image or text into a vector, for search, clustering and comparison.",
    discussion: """
      EXAMPLES
        vit embed photo.jpg
        vit embed --output vectors.npy holiday/
        vit embed --output vectors.safetensors --batch-size 16 holiday/
        vit embed --model openai/clip-vit-base-patch32 --text "two people on a beach"
        vit embed --format csv --raw *.jpg > vectors.csv
        vit embed --output vectors/ --resume holiday/
        vit embed --output vectors/ shard-*.tar
        vit embed --output vectors-3/ --shard 3/8 --resume --files-from list.txt

      The vector is the projected one of a CLIP-style model and the pooled one before the head of a \
      classifier, of length 1 unless --raw.

      Each thread takes images through decoding, resizing and the model by itself; --threads is all \
      that run. The bits of a vector depend neither on threads nor on --batch-size. All images in \
      flight share --memory.

      FORMATS
        json, jsonl   {"input", "embedding": […]}, or {"input", "error"}
        csv           input,error,0,1,…
        npy           float32 [n, dim] of the inputs that worked; NAME.jsonl beside
                      NAME.npy has a line an input, {"input", "row"} or {"input",
                      "error"}, and in the first line made_with: what made the vectors,
                      vectors_sha256: which they are, and complete: false after an
                      interrupt
        safetensors   the tensor embeddings [n, dim]; the metadata has the inputs and
                      what made the vectors
        a folder      --output that ends in / or is a folder: npy in parts of
                      --part-size consecutive inputs, part-00000.npy with
                      part-00000.jsonl beside it, and manifest.json: counts, hashes,
                      failures, and what made the vectors

      FOLDERS
        A part appears when it is whole. What was killed goes on with --resume, which
        refuses other inputs and options; nothing is done twice but the part that was
        under way. --shard i/N takes every N-th part, on as many machines as one
        likes, each into a folder of its own; vit merge joins them. The result of one
        kernel set is the same to the byte whatever N.
      """)

  @OptionGroup(title: "Inputs") var inputs: InputOptions
  @OptionGroup(title: "Texts") var texts: TextOptions
  @OptionGroup(title: "Results") var output: OutputOptions
  @OptionGroup(title: "Folders of parts") var parts: PartOptions

  @Flag(help: "Leave the vectors at their own length.")
  var raw = false

  @Option(
    help: ArgumentHelp(
      "Write the model's named intermediates for the first image as safetensors.",
      valueName: "file"),
    completion: .file())
  var trace: String?

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Decoding") var decoding: DecodeFlags
  @OptionGroup(title: "Decoding") var memory: MemoryOptions

  func validate() throws {
    if texts.isEmpty { try inputs.requireImages() }
    let format = try format()
    guard outputFolder == nil || texts.isEmpty else {
      throw ValidationError("a folder holds vectors of images; write those of texts to a file")
    }
    guard trace == nil || (outputFolder == nil && !inputs.isEmpty) else {
      throw ValidationError("--trace goes with images whose vectors go to a file or to the output")
    }
    try parts.validate(outputFolder: outputFolder)
    if (format == .npy || format == .safetensors) && (output.output ?? "-") == "-" {
      throw ValidationError("--format \(format.rawValue) needs --output")
    }
  }

  func run() throws {
    let report = WorkReport(console: options.console(), timing: options.timing)
    let format = try format()
    let towers: LoadOptions.Towers =
      texts.isEmpty ? .image : inputs.isEmpty ? .text : .all
    let model = try options.load(towers: towers, prefersTexts: true, report: report)
    if !texts.isEmpty { try options.requireTextTower(model) }
    let texts = try texts.resolved()
    let source = try inputs.source(
      streams: format == .jsonl, console: report.console)
    let work = try ImageWork(
      source, for: model.info, decoding: decoding, memory: memory, batchSize: options.batchSize,
      report: report)
    if let outputFolder {
      try FolderEmbedding(
        folder: outputFolder, options: parts, decoding: decoding, normalized: !raw
      ).run(work, model: model)
      return try report.finish()
    }
    let writer = try makeVectorWriter(
      format: format, path: output.output, size: model.info.embeddingSize,
      provenance: {
        try VectorProvenance(model: model, normalized: !raw, fastDecode: decoding.fastDecode)
      })
    Interrupt.keepResults()
    try EmbedStages(
      work, model: model, normalized: !raw, trace: trace.map { TraceFile(path: $0) },
      writer: writer
    ).run(inOrder: trace != nil)
    try TextEmbedding(model: model, normalized: !raw, writer: writer, report: report).run(texts)
    try writer.finish()
    try report.finish()
  }

  /// The folder that vectors go to in parts, without a slash at its end.
  private var outputFolder: String? {
    guard let path = output.output, path != "-" else { return nil }
    if case .folder = FileKind(path: path) {} else if !path.hasSuffix("/") { return nil }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    return folder
  }

  private func format() throws -> OutputFormat {
    if outputFolder != nil { return try output.resolved(default: .npy, among: [.npy]) }
    return try output.resolved(default: .jsonl, among: [.json, .jsonl, .csv, .npy, .safetensors])
  }
}
