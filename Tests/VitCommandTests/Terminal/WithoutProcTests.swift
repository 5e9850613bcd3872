import Foundation
import Testing

/// A bare chroot has no /proc.
extension CommandTests {
  @Suite struct WithoutProcTests {
    /// Runs a command where an empty folder lies over /proc.
    private static func run(_ command: [String]) -> (status: Int32, output: String)? {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        [
          "unshare", "--map-root-user", "--mount", "/bin/sh", "-c",
          "mount -t tmpfs none /proc && exec \"$0\" \"$@\"",
        ] + command
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return nil }
      let text = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, text)
    }

    private static var canHideProc: Bool { run(["/bin/true"])?.status == 0 }

    @Test(.enabled(if: canHideProc, "needs a namespace of its own for /proc"))
    func argumentsArrive() throws {
      let binary = try VitCommand.binary.path
      let outcome = try #require(
        Self.run([binary, "classify", "--top", "1", Photos.coffee.path]))
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("espresso"))
      #expect(Self.run([binary, "no-such-verb"])?.status == 64)
    }
  }
}
