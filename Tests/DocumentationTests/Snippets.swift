import Foundation

/// The Swift code in the documentation: in Markdown, and in the comments of declarations.
struct Snippet: CustomStringConvertible {
  /// `FILE:LINE`
  let place: String
  /// Without indentation, empty lines and imports.
  let lines: [Substring]

  var description: String { place }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func all() throws -> [Snippet] {
    try files(["README.md", "CONTRIBUTING.md", "Sources", "samples"], endings: ["md", "swift"])
      .flatMap { try snippets(in: $0) }
  }

  /// Files of folders below the root, in order.
  static func files(_ places: [String], endings: Set<String>) -> [URL] {
    places.flatMap { place -> [URL] in
      let url = root.appending(path: place)
      guard let paths = FileManager.default.enumerator(atPath: url.path) else { return [url] }
      let inside = paths.compactMap { $0 as? String }.sorted()
      return (inside.isEmpty ? [url] : inside.map { url.appending(path: $0) })
        .filter { endings.contains($0.pathExtension) }
    }
  }

  private static func snippets(in file: URL) throws -> [Snippet] {
    let comments = file.pathExtension == "swift"
    var found: [Snippet] = []
    var start: Int?
    var lines: [Substring] = []
    for (number, line) in try text(file).enumerated() {
      var line = line.trimmingSpaces
      if comments {
        guard line.hasPrefix("///") else { continue }
        line = line.dropFirst(3).trimmingSpaces
      }
      if start == nil {
        if line == "```swift" { (start, lines) = (number + 1, []) }
      } else if line == "```" {
        let place = file.path.dropFirst(root.path.count + 1)
        found.append(Snippet(place: "\(place):\(start!)", lines: code(lines)))
        start = nil
      } else {
        lines.append(line)
      }
    }
    return found
  }

  static func text(_ file: URL) throws -> [Substring] {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  static func code(_ lines: [Substring]) -> [Substring] {
    lines.map(\.trimmingSpaces).filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }
}

extension Substring {
  var trimmingSpaces: Substring {
    var rest = drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
