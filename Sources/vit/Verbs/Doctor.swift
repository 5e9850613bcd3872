import ArgumentParser
import VitKit

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what this machine offers, which models are there, and what is missing.",
    discussion: """
      EXAMPLES
        vit doctor
        vit doctor --format json

      FORMATS
        json   one object of flat keys; models: [{"name", "path", "converted_to",
               "error"}], converted_to where vit convert made it, error where one
               cannot be loaded
      """)

  @OptionGroup(title: "Results") var output: OutputOptions

  func validate() throws { _ = try format() }

  func run() throws {
    // What a model takes for granted is told when it is used.
    StandardErrorLogHandler.write(from: .error)
    let sink = try ResultSink(path: output.output)
    let report = try DoctorReport()
    switch try format() {
    case .json: try sink.write(report.json.text + "\n")
    default: try sink.write(report.table)
    }
    try sink.finish()
  }

  private func format() throws -> OutputFormat {
    try output.resolved(default: .table, among: [.table, .json])
  }
}
