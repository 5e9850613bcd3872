/// A variable that changes what the command does, as its manual tells it.
struct EnvironmentVariable {
  let name: String
  let meaning: String

  /// Those that stand for an option of `command`: help names them as `(VIT_MODEL; default: box)`.
  static func twins(of command: CommandTree.Command) -> [EnvironmentVariable] {
    command.arguments.compactMap { argument in
      guard let option = argument.names.first,
        let name = argument.abstract.split(whereSeparator: { !isNameCharacter($0) })
          .first(where: { $0.hasPrefix("VIT_") })
      else { return nil }
      return EnvironmentVariable(
        name: String(name), meaning: "What \(option) is where it is not given.")
    }
  }

  static func all(of root: CommandTree.Command) -> [EnvironmentVariable] {
    var seen: Set<String> = []
    return ([root] + root.verbs).flatMap(twins).filter { seen.insert($0.name).inserted } + others
  }

  private static let others = [
    EnvironmentVariable(
      name: "VIT_HOME",
      meaning: "A folder of models, looked through before the Hugging Face cache."),
    EnvironmentVariable(
      name: "HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME",
      meaning: "Where the Hugging Face cache is, as Python's huggingface_hub takes them; by "
        + "default ~/.cache/huggingface/hub."),
    EnvironmentVariable(
      name: "HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE",
      meaning: "Which Hub models are downloaded from, the token for private and gated ones, and "
        + "1 for no network."),
    EnvironmentVariable(
      name: "VIT_KERNELS",
      meaning: "The set of compute kernels to use instead of the processor's best; vit doctor "
        + "lists them."),
    EnvironmentVariable(
      name: "NO_COLOR",
      meaning: "Where set to anything, no colour and no other escape sequence is written."),
  ]

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isUppercase || character.isNumber || character == "_")
  }
}
