import VitSystem

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
      meaning: "A folder of models, looked through before the Hugging Face cache; ~ and "
        + "$VARIABLES in it are expanded, as in the paths below."),
    EnvironmentVariable(
      name: "HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME",
      meaning: "Where the Hugging Face cache is, the first that is set counting, as Python's "
        + "huggingface_hub takes them; by default ~/.cache/huggingface/hub."),
    EnvironmentVariable(
      name: "HF_ENDPOINT",
      meaning: "Which Hub models are downloaded from. A user and a password in it are sent to it "
        + "alone."),
    EnvironmentVariable(
      name: "HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN",
      meaning: "The token for private and gated models, or the file that holds it (by default the "
        + "one that logging in with Python's tools stored); 1 for no file."),
    EnvironmentVariable(
      name: "HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE",
      meaning: "1, on, yes or true for no network."),
    EnvironmentVariable(
      name: "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR",
      meaning:
        "Certificates to trust instead of the system's when downloading: a file or a folder, "
        + "a file, a folder."),
    EnvironmentVariable(
      name: "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
      meaning: "The proxy for downloads and the hosts that need none, in small letters too."),
    EnvironmentVariable(
      name: "VIT_KERNELS",
      meaning: "The set of compute kernels to use instead of the processor's best; vit doctor "
        + "lists them."),
    EnvironmentVariable(
      name: "NO_COLOR",
      meaning: "Where set to anything, no colour and no other escape sequence is written."),
  ]

  /// The names of `others` and `twins` that are set, each for itself.
  static func namesThatAreSet(of root: CommandTree.Command) -> [String] {
    all(of: root).flatMap { $0.name.split(separator: ", ").map(String.init) }
      .flatMap { $0.hasSuffix("_PROXY") ? [$0, $0.lowercased()] : [$0] }
      .filter { Environment[$0] != nil }
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isUppercase || character.isNumber || character == "_")
  }
}
