import ArgumentParser
import VitKit

/// How a folder of vectors is written.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Consecutive inputs of a part, failed ones included. (default: 1000)", valueName: "count"))
  var partSize: Int?

  @Flag(help: "Go on with what the folder of --output holds; an empty one is begun.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Only every N-th part, from part i on, counted from 0; vit merge joins the folders.",
      valueName: "i/N"))
  var shard: String?

  static let standardPartSize = 1000

  func validate() throws {
    guard (1...1_000_000).contains(partSize ?? Self.standardPartSize) else {
      throw ValidationError("--part-size must be 1 to 1000000")
    }
    _ = try resolvedShard()
  }

  /// For verbs whose output may be something else.
  func validate(outputFolder: String?) throws {
    guard outputFolder != nil || (partSize == nil && !resume && shard == nil) else {
      throw ValidationError(
        "--part-size, --resume and --shard go with a folder; end --output in /")
    }
  }

  func resolvedShard() throws -> VectorManifest.Shard {
    guard let shard else { return .whole }
    guard let parsed = VectorManifest.Shard(shard) else {
      throw ValidationError("--shard is i/N with i from 0 to N-1, as 0/4")
    }
    return parsed
  }
}
