/// A page of section 1 in the macros of man(7), which groff and mandoc both read.
struct ManualPage {
  /// `vit-classify.1`
  let fileName: String
  let text: String

  /// The page of the command itself first, then one for each verb.
  static func all(of root: CommandTree.Command, version: String) -> [ManualPage] {
    [rootPage(root, version: version)]
      + root.verbs.map { verbPage($0, root: root, version: version) }
  }

  private static func rootPage(_ root: CommandTree.Command, version: String) -> ManualPage {
    var page = Roff(title: root.name, version: version)
    let discussion = Discussion(root.discussion)
    page.section("name", text: "\(root.name) - \(asPhrase(root.abstract))")
    page.section("synopsis")
    page.synopsis(root.name, "<verb> [<options>] [<inputs> ...]")
    page.synopsis(root.name, "--help | --version")
    page.section("description")
    page.paragraphs(discussion.introduction)
    page.section("verbs")
    for verb in root.verbs {
      page.item("\(root.name)-\(verb.name)(1)", text: verb.abstract)
    }
    options(of: root, in: &page)
    sections(of: discussion, in: &page) { $0 != "examples" }
    page.section("environment")
    for variable in EnvironmentVariable.all(of: root) {
      page.item(variable.name, text: variable.meaning)
    }
    sections(of: discussion, in: &page) { $0 == "examples" }
    page.section("see also", text: root.verbs.map { "\(root.name)-\($0.name)(1)" })
    return ManualPage(fileName: "\(root.name).1", text: page.text)
  }

  private static func verbPage(
    _ verb: CommandTree.Command, root: CommandTree.Command, version: String
  ) -> ManualPage {
    let name = "\(root.name)-\(verb.name)"
    var page = Roff(title: name, version: version)
    let discussion = Discussion(verb.discussion)
    page.section("name", text: "\(name) - \(asPhrase(verb.abstract))")
    page.section("synopsis")
    page.synopsis(
      "\(root.name) \(verb.name)",
      (["[<options>]"]
        + verb.arguments.filter { $0.kind == .positional }.map(\.usage)).joined(separator: " "))
    page.section("description")
    page.paragraphs([verb.abstract] + discussion.introduction)
    options(of: verb, in: &page)
    sections(of: discussion, in: &page) { $0 != "examples" && $0 != "environment" }
    sections(of: discussion, in: &page) { $0 == "environment" }
    let variables = EnvironmentVariable.twins(of: verb)
    if !variables.isEmpty {
      if !discussion.sections.contains(where: { $0.title.lowercased() == "environment" }) {
        page.section("environment")
      }
      for variable in variables { page.item(variable.name, text: variable.meaning) }
    }
    sections(of: discussion, in: &page) { $0 == "examples" }
    page.section("see also", text: ["\(root.name)(1)"])
    return ManualPage(fileName: "\(name).1", text: page.text)
  }

  /// The arguments below their headings: those of the verb alone first, as in help.
  private static func options(of command: CommandTree.Command, in page: inout Roff) {
    page.section("options")
    for argument in command.arguments where argument.section == nil {
      page.item(argument.usage, text: argument.explanation)
    }
    var seen: Set<String> = []
    for title in command.arguments.compactMap(\.section) where seen.insert(title).inserted {
      page.subsection(title)
      for argument in command.arguments where argument.section == title {
        page.item(argument.usage, text: argument.explanation)
      }
    }
  }

  private static func sections(
    of discussion: Discussion, in page: inout Roff, where isIncluded: (String) -> Bool
  ) {
    for section in discussion.sections where isIncluded(section.title.lowercased()) {
      page.section(section.title)
      page.literal(section.lines)
    }
  }

  /// `Say what is in each image.` as man pages want it after the name.
  private static func asPhrase(_ abstract: String) -> String {
    let text = abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension CommandTree.Argument {
  /// `--output, -o <file>`, `[<inputs> ...]`.
  var usage: String {
    switch kind {
    case .flag: return names.joined(separator: ", ")
    case .option: return names.joined(separator: ", ") + " <\(valueName)>"
    case .positional:
      let text = "<\(valueName)>" + (isRepeating ? " ..." : "")
      return isOptional ? "[\(text)]" : text
    }
  }

  /// What help says, with the choices and the default.
  var explanation: String {
    var text = abstract
    if !values.isEmpty { text += " One of \(values.joined(separator: ", "))." }
    if let defaultValue { text += " Default: \(defaultValue)." }
    return text
  }
}
