import ArgumentParser
import VitKit

/// Labels of the user's own, and the sentences that they stand in.
struct LabelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Labels of your own, split at commas.", valueName: "labels"))
  var labels: String?

  @Option(help: ArgumentHelp("A label of your own; repeatable.", valueName: "label"))
  var label: [String] = []

  @Option(
    help: ArgumentHelp("Labels of your own, one a line.", valueName: "file"),
    completion: .file())
  var labelsFile: String?

  @Option(
    help: ArgumentHelp(
      "A sentence with {} where the label goes; repeatable. (default: a photo of a {}.)",
      valueName: "template"))
  var template: [String] = []

  @Option(
    help: ArgumentHelp(
      "imagenet for CLIP's 80 sentences, or a file of one a line.", valueName: "templates"))
  var templates: String?

  var isEmpty: Bool { labels == nil && label.isEmpty && labelsFile == nil }

  func validate() throws {
    try TextOptions.requireUTF8(label + [labels].compactMap { $0 }, option: "--labels")
    try TextOptions.requireUTF8(template, option: "--template")
    if let index = listed.firstIndex(where: { Self.trimmed($0).utf8.isEmpty }) {
      throw ValidationError("--labels: label \(index + 1) is empty; leave no comma over")
    }
    guard label.allSatisfy({ !Self.trimmed($0).utf8.isEmpty }) else {
      throw ValidationError("--label is empty; give a label")
    }
    if isEmpty, !template.isEmpty || templates != nil {
      throw ValidationError("--template and --templates go with labels; give --labels too")
    }
  }

  /// The labels in the order given, without spaces around them.
  func resolvedLabels() throws -> [String] {
    var all = try TextOptions.requireUTF8(listed + label, option: "--labels")
    if let labelsFile { all += try TextLines.read(labelsFile, withoutEmpty: "a label") }
    guard !all.isEmpty else {
      throw CommandFailure(.unusable, "\(labelsFile ?? "--labels"): no labels in it")
    }
    return all.map(Self.trimmed)
  }

  func resolvedTemplates() throws -> [String] {
    var all = try TextOptions.requireUTF8(template, option: "--template")
    switch templates {
    case nil: break
    case "imagenet": all += ZeroShotClassifier.imageNetTemplates
    case let file?:
      let lines = try TextLines.read(file, withoutEmpty: "a template")
      guard !lines.isEmpty else { throw CommandFailure(.unusable, "\(file): no templates in it") }
      all += lines
    }
    return all.isEmpty ? ZeroShotClassifier.defaultTemplates : all
  }

  /// Those of `--labels`.
  private var listed: [String] {
    labels.map {
      $0.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    } ?? []
  }

  private static func trimmed(_ text: String) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let rest = text.utf8.drop(while: isSpace)
    return String(Substring(rest.prefix(rest.count - rest.reversed().prefix(while: isSpace).count)))
  }
}
