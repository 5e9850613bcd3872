/// Text in the macros of man(7).
struct Roff {
  private(set) var text: String

  /// Without a date, so that the same sources give the same page.
  init(title: String, version: String) {
    text = ".TH \"\(Self.escaped(title.uppercased()))\" \"1\" \"\" \"vit \(version)\" \"VitKit\"\n"
  }

  mutating func section(_ title: String) {
    text += ".SH \"\(Self.escaped(title.uppercased()))\"\n"
  }

  mutating func section(_ title: String, text: String) {
    section(title)
    line(text)
  }

  /// A list of other pages.
  mutating func section(_ title: String, text references: [String]) {
    section(title, text: references.joined(separator: ", "))
  }

  mutating func subsection(_ title: String) {
    text += ".SS \"\(Self.escaped(title))\"\n"
  }

  /// A line of the synopsis: `command` in bold, the rest with its places in italics.
  mutating func synopsis(_ command: String, _ rest: String) {
    text += ".PP\n.nf\n\\fB\(Self.escaped(command))\\fR \(Self.usage(rest))\n.fi\n"
  }

  mutating func paragraphs(_ paragraphs: [String]) {
    for paragraph in paragraphs {
      text += ".PP\n"
      line(paragraph)
    }
  }

  /// A name, and indented below it what it means.
  mutating func item(_ name: String, text meaning: String) {
    text += ".TP\n\(Self.usage(name))\n"
    line(meaning)
  }

  /// Lines that keep their breaks and columns.
  mutating func literal(_ lines: [String]) {
    text += ".PP\n.nf\n\\fC\n"
    for content in lines { line(content) }
    text += "\\fR\n.fi\n"
  }

  private mutating func line(_ content: String) {
    let escaped = Self.escaped(content)
    // A line that begins so would be a request.
    let isRequest = escaped.hasPrefix(".") || escaped.hasPrefix("'")
    text += (isRequest ? "\\&" : "") + escaped + "\n"
  }

  /// Options and names in bold, `<places>` in italics without their brackets.
  private static func usage(_ text: String) -> String {
    var result = ""
    for word in text.split(separator: " ") {
      if !result.isEmpty { result += " " }
      if let start = word.firstIndex(of: "<"), let end = word.lastIndex(of: ">") {
        result +=
          escaped(String(word[..<start])) + "\\fI"
          + escaped(String(word[word.index(after: start)..<end])) + "\\fR"
          + escaped(String(word[word.index(after: end)...]))
      } else if word.contains(where: { $0.isLetter || $0.isNumber }) {
        let name = word.hasSuffix(",") ? word.dropLast() : word
        result += "\\fB\(escaped(String(name)))\\fR" + (word.hasSuffix(",") ? "," : "")
      } else {
        result += escaped(String(word))
      }
    }
    return result
  }

  /// `text` so that each character is set as itself: formatters may turn a bare hyphen, quote, tilde
  /// or caret into a typographic one, and an example would not work when it is pasted into a shell.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "\"": result += "\\(dq"
      case "~": result += "\\(ti"
      case "^": result += "\\(ha"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let padding = String(repeating: "0", count: max(0, 4 - digits.count))
        result += "\\[u\(padding)\(digits)]"
      }
    }
    return result
  }
}
