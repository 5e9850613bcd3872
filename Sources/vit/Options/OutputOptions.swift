import ArgumentParser
import VitSystem

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
    let chosen = try format ?? told(among: allowed) ?? standard
    guard allowed.contains(chosen) else {
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("no \(chosen.rawValue) here; --format is one of \(names)")
    }
    return chosen
  }

  /// The form that the output's name asks for; nil on standard output, and where what is written to
  /// has no name of its own to tell.
  ///
  /// - Throws: `ValidationError` where the name asks for none that is known.
  private func told(among allowed: [OutputFormat]) throws -> OutputFormat? {
    guard let output, output != "-" else { return nil }
    if let told = OutputFormat(fileName: output) { return told }
    switch (try? FileStatus(output))?.kind {
    case .device, .fifo, .socket, .folder: return nil
    default: break
    }
    let name = output.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }
    guard name.contains(UInt8(ascii: ".")) else { return nil }
    let endings = OutputFormat.endings.filter { allowed.contains($0.format) }.map {
      ".\($0.ending)"
    }
    throw ValidationError(
      "--output \(SystemName.repaired(output)): its ending names no form of results; end it in "
        + "\(endings.joined(separator: ", ")), or give --format")
  }
}
