import ArgumentParser
import VitKit

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join the folders that the shards of one vit embed wrote.",
    discussion: """
      The result is the same to the byte as if one run had written it. Folders of different \
      inputs, models, precisions or options are refused, and so are missing, doubled and damaged \
      parts; nothing is written then.

      EXAMPLES
        seq 0 7 | xargs -P 2 -I{} vit embed --threads 1 --shard {}/8 --output shard-{}/ photos/
        vit merge shard-* --output vectors
        vit similarity --vectors vectors --best 5 photo.jpg

      FORMATS
        json   {"path", "parts", "inputs", "vectors", "failed"}
      """)

  @Argument(
    help: ArgumentHelp("The folders, in any order.", valueName: "folders"),
    completion: .directory)
  var folders: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The folder to write; it holds no vectors yet.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The form of the answer.", valueName: "format"))
  var format: OutputFormat = .table

  func validate() throws {
    guard [.table, .json].contains(format) else {
      throw ValidationError("no \(format.rawValue) here; --format is one of table, json")
    }
  }

  func run() throws {
    let sink = try ResultSink(path: nil)
    let manifest: VectorManifest
    do {
      manifest = try VectorFolder.merge(folders, into: output)
    } catch let error as VectorFolderError {
      throw CommandFailure(error)
    }
    let (parts, inputs) = (manifest.parts.count, manifest.job.inputCount)
    let (vectors, failed) = (manifest.vectorCount, manifest.failures.count)
    if format == .json {
      try sink.write(
        JSONText.object([
          ("path", .string(output)), ("parts", .number(parts)), ("inputs", .number(inputs)),
          ("vectors", .number(vectors)), ("failed", .number(failed)),
        ]).text + "\n")
    } else {
      let counts =
        "\(grouped(parts)) \(parts == 1 ? "part" : "parts"), \(grouped(vectors)) vectors of "
        + "\(grouped(inputs)) inputs, \(grouped(failed)) failed"
      try sink.write("\(name: output): \(counts)\n" as TerminalText)
    }
    try sink.finish()
  }
}
