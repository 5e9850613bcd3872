import ArgumentParser
import VitImage
import VitSystem

/// The images to work on.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Image files, folders (read recursively: \(ImageFormat.patterns) …; where there are "
        + "none, their *.tar), tar archives of images (*.tar, also as shard-{0000..0099}.tar), or - for "
        + "one image on standard input.", valueName: "inputs"),
    completion: .file())
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Also read inputs from this list, a name a line; - for standard input.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  @Flag(
    name: [.customShort("0"), .customLong("null")],
    help: "The list's entries end in NUL bytes, as those of find -print0.")
  var nullSeparated = false

  @Flag(
    help: ArgumentHelp(
      "Read hidden files and folders too (.*, @eaDir, __MACOSX and other caches), in folders and "
        + "archives."))
  var hidden = false

  @Option(
    help: ArgumentHelp(
      "Pass over what has such a name in folders and archives, or, with a / in it, such a path below "
        + "them: * is any run but /, ** any run, ? one character; repeatable.", valueName: "pattern"
    ))
  var exclude: [String] = []

  func validate() throws {
    guard exclude.allSatisfy({ !$0.utf8.isEmpty && $0.utf8.count <= 4096 }) else {
      throw ValidationError("--exclude is empty or longer than 4096 bytes; give a pattern")
    }
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
    let source = InputSource(
      arguments: inputs,
      rules: FileRules(
        readsHidden: hidden, excluded: exclude.map { PathPattern(SystemName.bytes($0)) }),
      console: console)
    if let filesFrom {
      let list = try LineReader(
        path: filesFrom, separator: nullSeparated ? 0 : 0x0A, longest: 1 << 20,
        takesStandardInput: true)
      try source.append(list, streams: streams)
    }
    return source
  }
}
