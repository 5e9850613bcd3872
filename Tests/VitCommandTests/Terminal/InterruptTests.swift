import Foundation
import Testing

extension CommandTests {
  @Suite struct InterruptTests {
    /// Interrupts a run after its first input was done and its second failed, while it waits for
    /// a third.
    ///
    /// - Returns: the status.
    private func interrupt(_ arguments: [String], signal: Int32 = SIGINT) throws -> Int32 {
      let process = try VitCommand().process(arguments + ["--files-from", "-"])
      let (input, error) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardError = error
      try process.run()
      input.fileHandleForWriting.write(Data((Photos.shoes.path + "\nnone.jpg\n").utf8))
      var said = ""
      while !said.contains("none.jpg") {
        let data = error.fileHandleForReading.availableData
        try #require(!data.isEmpty)
        said += String(decoding: data, as: UTF8.self)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      try input.fileHandleForWriting.close()
      return process.terminationStatus
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func theLinesOfAClassificationStay(signal: Int32) throws {
      let scratch = try Scratch()
      let status = try interrupt(
        ["classify", "--top", "1", "--format", "jsonl", "--output", scratch.path("names.jsonl")],
        signal: signal)
      #expect(status == 130)
      #expect(try scratch.names == ["names.jsonl"])
      let lines = try scratch.text("names.jsonl").split(separator: "\n")
      #expect(lines.count == 2)
      for line in lines {
        #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
      }
    }

    /// Half of a new result is worth less than all of an earlier one.
    @Test func anEarlierResultStays() throws {
      let scratch = try Scratch()
      let arguments = ["classify", "--format", "jsonl", "--output", scratch.path("names.jsonl")]
      _ = try VitCommand().run(arguments + [Photos.cat.path, Photos.coat.path])
      let before = try scratch.data("names.jsonl")
      #expect(try interrupt(arguments) == 130)
      #expect(try scratch.data("names.jsonl") == before)
      #expect(try scratch.names == ["names.jsonl"])
    }

    /// An array that is cut short is still closed.
    @Test func anInterruptedArrayIsWholeJSON() throws {
      let scratch = try Scratch()
      let process = try VitCommand().process(
        [
          "classify", "--threads", "1", "--batch-size", "1", "--top", "1", "--output",
          scratch.path("names.json"), "none.jpg",
        ]
          + Array(repeating: Photos.coffee.path, count: 2000))
      let error = Pipe()
      process.standardError = error
      try process.run()
      // The failure tells that the work goes on.
      try #require(!error.fileHandleForReading.availableData.isEmpty)
      Thread.sleep(forTimeInterval: 0.2)
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 130)
      let array = try JSONSerialization.jsonObject(with: scratch.data("names.json"))
      let count = try #require(array as? [[String: Any]]).count
      #expect(count >= 1 && count < 2001)
      #expect(try scratch.names == ["names.json"])
    }

    /// Vectors and the lines beside them tell of the same inputs.
    @Test func interruptedVectorsFitTheLinesBeside() throws {
      let scratch = try Scratch()
      let process = try VitCommand().process(
        [
          "embed", "--threads", "1", "--batch-size", "1", "--output", scratch.path("v.npy"),
          "none.jpg",
        ] + Array(repeating: Photos.coffee.path, count: 2000))
      let error = Pipe()
      process.standardError = error
      try process.run()
      try #require(!error.fileHandleForReading.availableData.isEmpty)
      Thread.sleep(forTimeInterval: 0.2)
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      let rows = try scratch.text("v.jsonl").split(separator: "\n")
        .filter { $0.contains("\"row\"") }.count
      let vectors = NPYFile(try scratch.data("v.npy"))
      #expect(vectors.values.count == rows * 192)
      #expect(vectors.header.contains("'shape': (\(rows), 192)"))
      // They say that they are not whole, and can be compared, which is told.
      #expect(try scratch.text("v.jsonl").hasPrefix("{\"input\": \"none.jpg\""))
      #expect(try scratch.text("v.jsonl").contains("\"complete\": false}\n"))
      let compared = try VitCommand().run(
        "similarity", "--vectors", scratch.path("v.npy"), "--best", "1", Photos.coffee.path)
      #expect(compared.status == 0, "\(compared.error)")
      #expect(compared.error.contains("its run was interrupted"))
    }

    /// A closed terminal sends SIGHUP twice; what was done is kept and no other file is left.
    @Test func aClosedTerminalKeepsWhatWasDone() throws {
      let scratch = try Scratch()
      let process = try VitCommand().process(
        ["embed", "--threads", "1", "--output", scratch.path("v.npy"), "--files-from", "-"])
      let (input, error) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardError = error
      try process.run()
      input.fileHandleForWriting.write(
        Data(
          (["none.jpg"] + Array(repeating: Photos.coffee.path, count: 2000))
            .joined(separator: "\n").utf8))
      try input.fileHandleForWriting.close()
      try #require(!error.fileHandleForReading.availableData.isEmpty)
      kill(process.processIdentifier, SIGHUP)
      kill(process.processIdentifier, SIGHUP)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 130)
      #expect(try scratch.names == ["v.jsonl", "v.npy"])
    }

    /// The second interrupt ends it at once: then nothing is kept, and nothing is left.
    @Test func theSecondInterruptLeavesNothing() throws {
      let scratch = try Scratch()
      let process = try VitCommand().process(
        ["embed", "--threads", "1", "--output", scratch.path("v.npy"), "none.jpg"]
          + Array(repeating: Photos.coffee.path, count: 2000))
      let error = Pipe()
      process.standardError = error
      try process.run()
      try #require(!error.fileHandleForReading.availableData.isEmpty)
      for _ in 0..<100 where process.isRunning { kill(process.processIdentifier, SIGINT) }
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 130)
      let names = try scratch.names
      #expect(names == [] || names == ["v.jsonl", "v.npy"], "\(names)")
    }

    /// `nohup` and a script's `command &` start it with a signal ignored.
    @Test(
      .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")),
      arguments: ["INT", "HUP", "TERM"])
    func aSignalThatWasIgnoredStaysIgnored(name: String) throws {
      let scratch = try Scratch()
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments =
        ["-c", "trap '' \(name); exec \"$@\"", "bash", try VitCommand.binary.path, "classify"]
        + ["--format", "jsonl", "--output", scratch.path("names.jsonl"), "none.jpg"]
        + Array(repeating: Photos.shoes.path, count: 3)
      let error = Pipe()
      process.standardError = error
      try process.run()
      try #require(!error.fileHandleForReading.availableData.isEmpty)
      for signal in [SIGINT, SIGHUP, SIGTERM] where "\(name)" == Self.names[signal] {
        kill(process.processIdentifier, signal)
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      #expect(try scratch.text("names.jsonl").split(separator: "\n").count == 4)
    }

    private static let names = [SIGINT: "INT", SIGHUP: "HUP", SIGTERM: "TERM"]
  }

  @Suite struct ClosedPipeTests {
    private func bash(_ script: String) throws -> (text: String, error: String) {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", script, try VitCommand.binary.path, Photos.shoes.path]
      let (output, error) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = error
      try process.run()
      let text = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let said = String(
        decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (text, said)
    }

    /// A reader that takes a line and leaves while there is more to come.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func aReaderThatLeavesEndsItQuietly() throws {
      let outcome = try bash(
        """
        inputs=(); for i in {1..500}; do inputs+=("$1"); done
        "$0" classify --format jsonl --top 1000 "${inputs[@]}" | head -n 1 | wc -l
        echo "${PIPESTATUS[0]}"
        """)
      #expect(outcome.text.split(whereSeparator: \.isWhitespace) == ["1", "0"])
      #expect(outcome.error == "")
    }

    /// Messages would go to the file that gets the number of standard error.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func withoutAnyStreamAResultHoldsNoMessage() throws {
      let scratch = try Scratch()
      let file = scratch.path("names.csv")
      _ = try bash(
        """
        (exec <&- >&- 2>&-; exec "$0" classify --top 1 --format csv --output '\(file)' "$1" none.jpg)
        """)
      let lines = try scratch.text("names.csv").split(separator: "\n")
      #expect(lines.count == 3 && !lines.contains { $0.hasPrefix("vit:") })
    }

    /// Help, too, and without standard error at all.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func helpIntoAClosedPipeAndRunsWithoutStandardError() throws {
      let outcome = try bash(
        """
        "$0" --help | true
        "$0" classify --top 1 --format csv "$1" none.jpg 2>&- | wc -l
        echo "${PIPESTATUS[0]}"
        """)
      #expect(outcome.text.split(whereSeparator: \.isWhitespace) == ["3", "1"])
      #expect(outcome.error == "")
    }
  }
}
