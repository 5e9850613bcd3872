import ArgumentParser

/// The images to work on.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Image files, folders (read recursively: *.jpg, *.jpeg, *.png), tar archives of them "
        + "(*.tar), or - for one image on standard input.", valueName: "inputs"),
    completion: .file())
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Also read inputs from this list, one a line; - for standard input.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  @Flag(
    name: [.customShort("0"), .customLong("null")],
    help: "The list's entries end in NUL bytes, as those of find -print0.")
  var nullSeparated = false

  func validate() throws {
    guard !nullSeparated || filesFrom != nil else {
      throw ValidationError("-0 goes with --files-from")
    }
    let readers = inputs.filter { $0 == "-" }.count + (filesFrom == "-" ? 1 : 0)
    guard readers <= 1 else { throw ValidationError("standard input can be read only once") }
  }

  var isEmpty: Bool { inputs.isEmpty && filesFrom == nil }

  /// For verbs that work on images alone.
  func requireImages() throws {
    guard !isEmpty else {
      throw ValidationError("no input; name an image, a folder, - or --files-from")
    }
  }

  /// - Parameter streams: whether entries of a list are handed on as they come, for `jsonl`,
  ///   instead of the whole list being read first.
  func source(streams: Bool, console: Console) throws -> InputSource {
    let source = InputSource(arguments: inputs, console: console)
    if let filesFrom {
      let list = try InputList(path: filesFrom, separator: nullSeparated ? 0 : 0x0A)
      try source.append(list, streams: streams)
    }
    return source
  }
}
