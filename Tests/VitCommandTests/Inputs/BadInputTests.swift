import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct BadInputTests {
    /// Runs `classify` on the inputs with a good photograph behind them, and returns the errors.
    private func errors(_ scratch: Scratch, _ inputs: String...) throws -> [String] {
      var command = VitCommand()
      command.folder = scratch.url
      let outcome = try command.run(
        ["classify", "--format", "json", "--top", "1"] + inputs + [Photos.coffee.path])
      #expect(outcome.status == 1)
      let objects = try outcome.objects()
      #expect(objects.last?["classes"] != nil, "the good one behind it was not done")
      let errors = objects.compactMap { object in
        (object["error"] as? String).map { (object["input"] as? String ?? "", $0) }
      }
      for (input, error) in errors {
        #expect(outcome.error.contains("vit: \(input): \(error)\n"))
      }
      return errors.map(\.1)
    }

    @Test func aFileThatIsNotThere() throws {
      let errors = try errors(Scratch(), "none.jpg")
      #expect(errors == ["does not exist; check the name"])
    }

    /// A name may hold anything, a terminal's commands and line ends too.
    @Test func aNameDoesNotSteerTheTerminal() throws {
      let scratch = try Scratch()
      let name = "a\u{1B}[2Jb\nvit: c.jpg"
      try scratch.copy(Photos.cat, as: name)
      var command = VitCommand()
      command.folder = scratch.url
      let outcome = try command.run("classify", "--top", "1", name, "none\u{1B}[2J.jpg")
      #expect(outcome.status == 1)
      #expect(outcome.lines.first?.hasPrefix("a\\x1B[2Jb\\nvit: c.jpg: ") == true)
      #expect(outcome.error.hasPrefix("vit: none\\x1B[2J.jpg: "))
      let json = try command.run("classify", "--format", "json", name).objects()
      #expect(json.first?["input"] as? String == name)
    }

    /// libavif's dav1d writes what it finds on C's standard error by itself.
    @Test(.enabled(if: TestData.collection != nil)) func librariesSayNothing() throws {
      let files = [
        "avif/mp4parse-rust-imir-missing-essential.avif", "heic/exiftool-quicktime.heic",
        "tiff/own-jpeg-cut-tail.tiff", "webp/own-q80-cut-half.webp",
      ].map { TestData.collection("formats-more/" + $0).path }
      let outcome = try VitCommand().run(["classify", "--format", "json"] + files)
      #expect(outcome.status == 1)
      let lines = outcome.error.split(separator: "\n")
      #expect(lines.count == files.count + 1)
      for line in lines { #expect(line.hasPrefix("vit: "), "\(line)") }
    }

    @Test func aFolderWithoutImages() throws {
      let scratch = try Scratch()
      try scratch.write("empty/notes.txt", Data())
      let errors = try errors(scratch, "empty")
      #expect(errors.count == 1)
      #expect(errors[0].contains("without images (*.jpg"))
    }

    @Test func aNamedPipe() throws {
      let scratch = try Scratch()
      #expect(mkfifo(scratch.path("pipe.jpg"), 0o600) == 0)
      #expect(try errors(scratch, "pipe.jpg").first?.contains("named pipe") == true)
      // Nor may it hang when it is found in a folder.
      #expect(try errors(scratch, ".").first?.contains("named pipe") == true)
    }

    @Test func linksThatGoRound() throws {
      let scratch = try Scratch()
      let files = FileManager.default
      try files.createSymbolicLink(
        atPath: scratch.path("a.jpg"), withDestinationPath: "b.jpg")
      try files.createSymbolicLink(
        atPath: scratch.path("b.jpg"), withDestinationPath: "a.jpg")
      #expect(try errors(scratch, "a.jpg").first?.contains("circle") == true)
      try scratch.copy(Photos.shoes, as: "folder/sub/shoes.jpg")
      try files.createSymbolicLink(
        atPath: scratch.path("folder/sub/up"), withDestinationPath: "..")
      let errors = try errors(scratch, "folder")
      #expect(errors == ["a symbolic link to a folder above it; mend the link"])
    }

    @Test func aLinkToNothing() throws {
      let scratch = try Scratch()
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path("gone.jpg"), withDestinationPath: "nowhere.jpg")
      #expect(try errors(scratch, "gone.jpg").first?.contains("link to nothing") == true)
      #expect(try errors(scratch, ".").first?.contains("link to nothing") == true)
    }

    @Test func truncatedEmptyAndMislabelledFiles() throws {
      let scratch = try Scratch()
      let photo = try Data(contentsOf: Photos.coat)
      try scratch.write("cut.jpg", photo.prefix(photo.count / 2))
      try scratch.write("empty.jpg", Data())
      try scratch.write("text.png", Data("no image at all, but a text".utf8))
      try scratch.write("gif.jpg", Data("GIF89a\u{1}\0\u{1}\0".utf8))
      let errors = try errors(scratch, "cut.jpg", "empty.jpg", "text.png", "gif.jpg")
      #expect(errors.count == 4)
      #expect(errors[0].contains("truncated"))
      #expect(errors[3].contains("GIF"))
      var command = VitCommand()
      command.folder = scratch.url
      let outcome = try command.run("classify", "--allow-truncated", "cut.jpg")
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("warning: cut.jpg: "))
    }

    @Test func anImageBeyondTheLimits() throws {
      for (option, value) in [("--max-pixels", "1000"), ("--max-bytes", "1000")] {
        let outcome = try VitCommand().run("classify", option, value, Photos.coat.path)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("1000") || outcome.error.contains("1,000"))
      }
    }

    @Test func aFileThatMayNotBeRead() throws {
      let scratch = try Scratch()
      try scratch.copy(Photos.coffee, as: "good.png")
      let secret = try scratch.copy(Photos.shoes, as: "secret.jpg")
      #expect(chmod(secret, 0) == 0)
      let arguments = ["classify", "--format", "json", "--top", "1", "secret.jpg", "good.png"]
      let process = try VitCommand().process(arguments)
      process.currentDirectoryURL = scratch.url
      if geteuid() == 0 {
        // Who may read everything puts that right down first.
        let binary = scratch.path("vit")
        try FileManager.default.copyItem(atPath: VitCommand.binary.path, toPath: binary)
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments =
          ["--reuid=65534", "--regid=65534", "--clear-groups", binary] + arguments
      }
      let (output, error) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = error
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      let said = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      let objects = try JSONSerialization.jsonObject(with: data) as? [[String: Any]]
      #expect((objects?.first?["error"] as? String)?.contains("permission denied") == true)
      #expect(objects?.last?["classes"] != nil)
      #expect(said.hasPrefix("vit: secret.jpg: "))
    }

    /// What a listing of a moment ago names may be gone when its turn comes.
    @Test func aFileThatVanishes() throws {
      let scratch = try Scratch()
      let kept = try scratch.copy(Photos.shoes, as: "kept.jpg")
      let gone = try scratch.copy(Photos.shoes, as: "gone.jpg")
      let process = try VitCommand().process(
        ["classify", "--format", "jsonl", "--files-from", "-"])
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      input.fileHandleForWriting.write(Data((kept + "\n").utf8))
      _ = output.fileHandleForReading.availableData
      try FileManager.default.removeItem(atPath: gone)
      input.fileHandleForWriting.write(Data((gone + "\n" + kept + "\n").utf8))
      try input.fileHandleForWriting.close()
      let rest = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      let lines = String(decoding: rest, as: UTF8.self).split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].contains("\"error\""))
      #expect(lines[1].contains("\"classes\""))
    }
  }
}
