import Foundation
import Testing

extension CommandTests {
  @Suite struct TerminalTests {
    private static let escape = "\u{1B}"

    /// - Returns: what a terminal shows of standard output and of standard error.
    private func shown(environment: [String: String], _ arguments: [String]) throws -> (
      output: String, error: String
    ) {
      var command = VitCommand()
      command.environment = environment.merging(["TERM": "xterm"]) { given, _ in given }
      let process = try command.process(arguments)
      let (output, error) = (try Terminal(), try Terminal())
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output.device
      process.standardError = error.device
      try process.run()
      let text = try (output.readToEnd(), error.readToEnd())
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return text
    }

    @Test func aTerminalGetsColourUnlessNoColourIsAskedFor() throws {
      let arguments = ["classify", "--top", "1", Photos.shoes.path]
      let coloured = try shown(environment: [:], arguments).output
      #expect(coloured.contains("\(Self.escape)[1m\(Photos.shoes.path)\(Self.escape)[0m"))
      let plain = try shown(environment: ["NO_COLOR": "1"], arguments).output
      #expect(!plain.contains(Self.escape))
      #expect(plain.contains(Photos.shoes.path))
      // As no-color.org has it: an empty variable asks for nothing.
      #expect(try shown(environment: ["NO_COLOR": ""], arguments).output.contains(Self.escape))
    }

    @Test func aPipeGetsNeitherColourNorABar() throws {
      let outcome = try VitCommand().run(
        ["classify", "--top", "1"] + Array(repeating: Photos.shoes.path, count: 40))
      #expect(outcome.status == 0)
      #expect(!outcome.text.contains(Self.escape))
      #expect(outcome.error == "")
    }

    /// Enough images that the bar appears on any machine: it waits for half a second.
    @Test func theBarIsOnStandardErrorAndIsWipedAway() throws {
      let many =
        ["embed", "--threads", "1", "--format", "csv", "--output", "/dev/null"]
        + Array(repeating: Photos.coffee.path, count: 60)
      let bar = try shown(environment: [:], many)
      #expect(bar.output == "")
      #expect(bar.error.contains("/60"))
      #expect(bar.error.hasSuffix("\r\(Self.escape)[K"))
      let plain = try shown(environment: ["NO_COLOR": "1"], many)
      #expect(plain.error.contains("/60"))
      #expect(!plain.error.contains(Self.escape))
      #expect(try shown(environment: [:], many + ["--quiet"]).error == "")
    }
  }
}
