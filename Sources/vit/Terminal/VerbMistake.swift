import VitImage
import VitSystem

/// A first word that is no verb: one that is misspelt, or an image in its place.
struct VerbMistake {
  /// What was given, and what was perhaps meant.
  let message: String

  /// Nil where the arguments begin with a verb, or with an option.
  init?(_ arguments: [String]) {
    guard let first = arguments.first, !first.beginsExactly("-"), !first.utf8.isEmpty else {
      return nil
    }
    let verbs = Self.verbs
    guard !(verbs + ["help", "write-manual"]).contains(where: first.isExactly) else { return nil }
    if FileSystem.exists(first) || ImageFormat.isName(first) || TarArchive.isName(first) {
      message = "\(first) is no verb but an input; to see what is in it: vit classify \(first)"
    } else if let near = Self.nearest(to: first, among: verbs) {
      message = "\(first) is no verb; did you mean vit \(near)?"
    } else {
      message = "\(first) is no verb; choose one of \(verbs.joined(separator: ", "))"
    }
  }

  private static var verbs: [String] {
    Vit.configuration.subcommands.filter { $0.configuration.shouldDisplay }
      .map { $0.configuration.commandName ?? "\($0)".lowercased() }
  }

  /// The verb that the fewest changes of a letter, at most a third of them, make of a word.
  private static func nearest(to word: String, among verbs: [String]) -> String? {
    guard word.utf8.count < 32 else { return nil }
    let letters = Array(word.lowercased().utf8)
    let distances = verbs.map { (verb: $0, distance: distance(letters, Array($0.utf8))) }
    return distances.filter { $0.distance <= max(1, $0.verb.utf8.count / 3) }
      .min { $0.distance < $1.distance }?.verb
  }

  /// Letters to put in, take out or change (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let change = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j + 1] + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
