import VitJSON

/// What the argument parser knows of the command: its verbs, their options, and what help says of
/// them. Read from the text that `--experimental-dump-help` prints, the parser's own stable form.
struct CommandTree {
  struct Command {
    let name: String
    let abstract: String
    let discussion: String
    let arguments: [Argument]
    let verbs: [Command]
  }

  struct Argument {
    enum Kind: String { case positional, option, flag }

    let kind: Kind
    /// `--output`, `-o`; none for a positional argument.
    let names: [String]
    let valueName: String
    let abstract: String
    /// The heading that it stands below in help.
    let section: String?
    let isOptional: Bool
    let isRepeating: Bool
    let defaultValue: String?
    let values: [String]
  }

  let root: Command

  init(dump: String) throws {
    let value = try JSONValue.parse(dump, name: "the command's description of itself")
    guard value["serializationVersion"]?.int == 0, let command = value["command"] else {
      throw CommandFailure(
        .unusable,
        "the argument parser describes the command in another form than its version 1; adapt "
          + "CommandTree")
    }
    root = Command(command)
  }
}

extension CommandTree.Command {
  /// Without what help hides, and without the verb `help`, which the parser adds itself.
  fileprivate init(_ value: JSONValue) {
    name = value["commandName"]?.string ?? ""
    abstract = value["abstract"]?.string ?? ""
    discussion = value["discussion"]?.string ?? ""
    arguments = Self.shown(value["arguments"]).map(CommandTree.Argument.init)
    verbs = Self.shown(value["subcommands"]).map(Self.init).filter { $0.name != "help" }
  }

  private static func shown(_ list: JSONValue?) -> [JSONValue] {
    (list?.array ?? []).filter { $0["shouldDisplay"]?.bool ?? true }
  }
}

extension CommandTree.Argument {
  fileprivate init(_ value: JSONValue) {
    kind = value["kind"]?.string.flatMap(Kind.init) ?? .positional
    names = (value["names"]?.array ?? []).map { name in
      (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
    }.sorted { $0.count > $1.count }
    valueName = value["valueName"]?.string ?? ""
    abstract = value["abstract"]?.string ?? ""
    section = value["sectionTitle"]?.string
    isOptional = value["isOptional"]?.bool ?? false
    isRepeating = value["isRepeating"]?.bool ?? false
    defaultValue = value["defaultValue"]?.string
    values = (value["allValues"]?.array ?? []).compactMap(\.string)
  }
}
