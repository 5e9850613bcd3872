/// The long text of a command's help: paragraphs, then sections, each a heading in capitals above
/// lines that keep their breaks.
struct Discussion {
  struct Section {
    let title: String
    let lines: [String]
  }

  private(set) var introduction: [String] = []
  private(set) var sections: [Section] = []

  init(_ text: String) {
    var paragraph: [String] = []
    var heading: String?
    var body: [String] = []
    func isHeading(_ line: String) -> Bool {
      line.contains(where: \.isLetter) && !line.contains(where: \.isLowercase)
        && line.first != " "
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if isHeading(line) {
        close(&heading, &body)
        heading = line
      } else if heading != nil {
        body.append(line)
      } else if line.isEmpty {
        if !paragraph.isEmpty { introduction.append(paragraph.joined(separator: " ")) }
        paragraph = []
      } else {
        paragraph.append(line)
      }
    }
    if !paragraph.isEmpty { introduction.append(paragraph.joined(separator: " ")) }
    close(&heading, &body)
  }

  /// Takes the indentation that all lines share, and the empty lines at the end, off `body`.
  private mutating func close(_ heading: inout String?, _ body: inout [String]) {
    guard let title = heading else { return }
    while body.last?.isEmpty == true { body.removeLast() }
    let indent =
      body.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    sections.append(Section(title: title, lines: body.map { String($0.dropFirst(indent)) }))
    (heading, body) = (nil, [])
  }
}
