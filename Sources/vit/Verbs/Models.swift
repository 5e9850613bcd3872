import ArgumentParser
import VitKit

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the models on this machine, with size and kind.",
    discussion: """
      Looks in VIT_HOME and in the Hugging Face cache (HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME), \
      without the network.

      EXAMPLES
        vit models
        vit models --format json

      FORMATS
        json   an array of {"model", "revisions", "commit", "kind", "bytes",
               "complete", "converted_to", "family", "path"}; kind is what config.json
               says it is; converted_to is the precision of vit convert, or null;
               family is null where it cannot be loaded
      """)

  @OptionGroup(title: "Results") var output: OutputOptions

  func validate() throws { _ = try format() }

  func run() throws {
    let sink = try ResultSink(path: output.output)
    let models = CachedModel.all()
    switch try format() {
    case .json: try sink.write(JSONText.array(models.map(\.json)).text + "\n")
    default: try sink.write(Self.table(models))
    }
    try sink.finish()
  }

  private static func table(_ models: [CachedModel]) -> String {
    guard !models.isEmpty else {
      return "no models in \(ModelLocation.vitHome.map { "\($0) or " } ?? "")"
        + "\(ModelLocation.hubCache); get one with: vit download owner/name\n"
    }
    let rows = models.map { model in
      [
        model.title, model.kind ?? "-", megabytes(model.bytes),
        !model.isComplete
          ? "incomplete"
          : model.family == nil
            ? "not supported" : model.convertedTo.map { "converted to \($0)" } ?? "",
      ]
    }
    let header = ["model", "kind", "size", ""]
    let widths = header.indices.map { column in
      (rows + [header]).map { $0[column].count }.max() ?? 0
    }
    return ([header] + rows).map { row in
      let line =
        row[0].padded(to: widths[0]) + "  " + row[1].padded(to: widths[1]) + "  "
        + row[2].leftPadded(to: widths[2]) + "  " + row[3]
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// A size as downloads are told: `605.2 MB`.
  private static func megabytes(_ bytes: Int) -> String { "\(decimals(Double(bytes) / 1e6, 1)) MB" }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json])
  }
}

extension CachedModel {
  fileprivate var title: String {
    revisions.isEmpty || revisions == ["main"]
      ? (commit.map { revisions.isEmpty ? "\(name)@\($0.prefix(12))" : name } ?? name)
      : "\(name)@\(revisions.joined(separator: ","))"
  }

  fileprivate var json: JSONText {
    .object([
      ("model", .string(name)), ("revisions", .strings(revisions)), ("commit", .string(commit)),
      ("kind", .string(kind)), ("bytes", .number(bytes)), ("complete", .bool(isComplete)),
      ("converted_to", .string(convertedTo)),
      ("family", .string(family)), ("path", .string(path)),
    ])
  }
}
