import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct InputSourceTests {
    @Test func foldersAreReadRecursivelyInTheOrderOfBytes() throws {
      let scratch = try Scratch()
      for name in ["b/z.JPG", "b.jpeg", "a/ä.jpg", "a/Z.jpg", "a/a.jpg", "c.Png"] {
        try scratch.copy(name.hasSuffix("Png") ? Photos.coffee : Photos.shoes, as: name)
      }
      try scratch.write("a/notes.txt", Data())
      try scratch.write("a/photo.jpg.xmp", Data())
      var command = VitCommand()
      command.folder = scratch.url
      let outcome = try command.run("classify", "--format", "jsonl", "--top", "1", ".")
      #expect(outcome.status == 0)
      #expect(
        try inputs(outcome)
          == ["./a/Z.jpg", "./a/a.jpg", "./a/ä.jpg", "./b.jpeg", "./b/z.JPG", "./c.Png"])
      #expect(outcome.error == "vit: .: 6 images, 2 other files\n")
      #expect(try command.run("classify", "--quiet", ".").error == "")
    }

    @Test func listsNameInputs() throws {
      let scratch = try Scratch()
      let paths = [Photos.cat.path, Photos.coffee.path]
      let list = try scratch.write("list", Data((paths[0] + "\r\n\n" + paths[1]).utf8))
      for format in ["json", "jsonl", "csv"] {
        let outcome = try VitCommand().run(
          "classify", "--top", "1", "--format", format, "--files-from", list)
        // Every line is answered.
        #expect(outcome.status == 1)
        if format == "jsonl" { #expect(outcome.lines.count == 3) }
        let first = try #require(outcome.text.range(of: paths[0])?.lowerBound)
        let second = try #require(outcome.text.range(of: paths[1])?.lowerBound)
        #expect(first < second)
      }
      let nul = Data((paths[1] + "\0" + paths[0] + "\0").utf8)
      let outcome = try VitCommand().run(
        "classify", "--format", "jsonl", "-0", "--files-from", "-", input: nul)
      #expect(try inputs(outcome) == paths.reversed())
    }

    @Test func aMissingListEndsTheRun() throws {
      let outcome = try VitCommand().run("classify", "--files-from", "none.txt")
      #expect(outcome.status == 66)
      #expect(outcome.error.contains("none.txt: does not exist"))
    }

    @Test func aPatternThatTheShellLeftIsExpanded() throws {
      let pattern = Photos.folder.path + "/c[ho]*"
      let outcome = try VitCommand().run("classify", "--format", "jsonl", pattern)
      #expect(outcome.status == 0)
      #expect(try inputs(outcome) == [Photos.cat, Photos.coffee].map(\.path))
    }

    @Test func eachLineOfAPipeIsAnsweredAsItComes() throws {
      let process = try VitCommand().process(
        ["classify", "--format", "jsonl", "--top", "1", "--files-from", "-"])
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      for photo in [Photos.coffee, Photos.shoes, Photos.cat] {
        input.fileHandleForWriting.write(Data((photo.path + "\n").utf8))
        // Comes only if the command answers before the pipe is closed.
        var line = Data()
        while line.last != 0x0A {
          let data = output.fileHandleForReading.availableData
          try #require(!data.isEmpty)
          line += data
        }
        #expect(String(decoding: line, as: UTF8.self).contains(photo.path))
      }
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }

    private func inputs(_ outcome: VitCommand.Outcome) throws -> [String] {
      try outcome.lines.map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object?["input"] as? String)
      }
    }
  }
}
