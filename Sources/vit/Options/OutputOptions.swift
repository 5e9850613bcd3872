import ArgumentParser

/// Where results go and in what form.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file instead of standard output; it appears when it is whole.",
      valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The form of the results; by default what the output's name ends in.", valueName: "format"))
  var format: OutputFormat?

  /// The form to write.
  func resolved(default standard: OutputFormat, among allowed: [OutputFormat]) throws
    -> OutputFormat
  {
    let chosen = format ?? output.flatMap { OutputFormat(fileName: $0) } ?? standard
    guard allowed.contains(chosen) else {
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("no \(chosen.rawValue) here; --format is one of \(names)")
    }
    return chosen
  }
}
