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
    if isEmpty, !template.isEmpty || templates != nil {
      throw ValidationError("--template and --templates go with labels; give --labels too")
    }
  }

  /// The labels in the order given, without spaces around them.
  func resolvedLabels() throws -> [String] {
    var all = (labels ?? "").split(separator: ",").map(String.init) + label
    if let labelsFile { all += try TextLines.read(labelsFile) }
    let trimmed = all.map(Self.trimmed).filter { !$0.isEmpty }
    guard !trimmed.isEmpty else {
      throw CommandFailure(.unusable, "\(labelsFile ?? "--labels"): no labels in it")
    }
    return trimmed
  }

  func resolvedTemplates() throws -> [String] {
    var all = template
    switch templates {
    case nil: break
    case "imagenet": all += ZeroShotClassifier.imageNetTemplates
    case let file?:
      let lines = try TextLines.read(file)
      guard !lines.isEmpty else { throw CommandFailure(.unusable, "\(file): no templates in it") }
      all += lines
    }
    return all.isEmpty ? ZeroShotClassifier.defaultTemplates : all
  }

  private static func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }
}
