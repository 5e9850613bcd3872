import ArgumentParser
import VitKit
import VitSystem

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the models on this machine, with size and kind, and remove them.",
    discussion: """
      Looks in VIT_HOME and in the Hugging Face cache (HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME), \
      without the network. `rm` and names remove models from the Hugging Face cache, nothing being \
      asked: owner/name with all its revisions, owner/name@revision that one. Of a name that is not \
      there nothing is removed, of the others neither.

      EXAMPLES
        vit models
        vit models --format json
        vit models rm google/vit-base-patch16-224

      FORMATS
        json   an array of {"model", "revisions", "commit", "kind", "bytes",
               "complete", "converted_to", "family", "path"}; kind is what config.json
               says it is; converted_to is the precision of vit convert, or null;
               family is null where it cannot be loaded; of rm an array of
               {"model", "bytes", "path"}, what was removed and freed
      """)

  @Argument(
    help: ArgumentHelp("rm and the models to remove; nothing to list them.", valueName: "rm model"))
  var words: [String] = []

  @OptionGroup(title: "Results") var output: OutputOptions

  func validate() throws {
    _ = try format()
    guard let action = words.first else { return }
    guard action == "rm" else {
      throw ValidationError(
        "vit models lists models, and vit models rm NAME removes some; no \(action)")
    }
    guard words.count > 1 else { throw ValidationError("name the models to remove: rm owner/name") }
  }

  func run() throws {
    let sink = try ResultSink(path: output.output)
    if !words.isEmpty { return try remove(Array(words.dropFirst()), to: sink) }
    let models = CachedModel.all()
    switch try format() {
    case .json: try sink.write(JSONText.array(models.map(\.json)).text + "\n")
    default: try sink.write(Self.table(models))
    }
    try sink.finish()
  }

  private func remove(_ names: [String], to sink: ResultSink) throws {
    let removals: [CachedModel.Removal]
    do { removals = try names.map(CachedModel.removal) } catch {
      throw CommandFailure(.missing, "\(error)")
    }
    var entries: [JSONText] = []
    var done: Set<String> = []
    for removal in removals where done.insert(removal.path).inserted {
      let bytes: Int
      do { bytes = try CachedModel.remove(removal) } catch {
        throw CommandFailure(.cannotWrite, "\(error)")
      }
      switch try format() {
      case .json:
        entries.append(
          .object([
            ("model", .string(removal.name)), ("bytes", .number(bytes)),
            ("path", .string(removal.path)),
          ]))
      default:
        try sink.write(
          "removed \(removal.name): \(Self.megabytes(bytes)) freed\n" as TerminalText)
      }
    }
    if try format() == .json { try sink.write(JSONText.array(entries).text + "\n") }
    try sink.finish()
  }

  private static func table(_ models: [CachedModel]) -> TerminalText {
    guard !models.isEmpty else {
      return "no models in \(ModelLocation.vitHome.map { "\($0) or " } ?? "")"
        + "\(ModelLocation.hubCache); get one with: vit download owner/name\n"
    }
    let rows = models.map { model in
      [
        printable(model.title), printable(model.kind ?? "-"), megabytes(model.bytes),
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
    return ([header] + rows).map { row -> TerminalText in
      let line =
        row[0].padded(to: widths[0]) + "  " + row[1].padded(to: widths[1]) + "  "
        + row[2].leftPadded(to: widths[2]) + "  " + row[3]
      return "\(String(line.reversed().drop { $0 == " " }.reversed()))\n"
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
