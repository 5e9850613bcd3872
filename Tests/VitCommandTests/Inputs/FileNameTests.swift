import Foundation
import Testing
import VitSystem
import VitTestSupport

extension CommandTests {
  /// Names that are not UTF-8, and those of lists. The file systems of macOS take no such name.
  @Suite struct FileNameTests {
    private let scratch: Scratch
    private var command = VitCommand()
    /// `café.png` in Latin-1.
    private let latin1: [UInt8] = Array("caf".utf8) + [0xE9] + Array(".png".utf8)

    init() throws {
      scratch = try Scratch()
      command.folder = scratch.url
      try FileManager.default.createDirectory(
        at: scratch.url.appending(path: "d"), withIntermediateDirectories: true)
      let name = SystemName.text(Array("\(scratch.path("d"))/".utf8) + latin1)
      try TemporaryFile.write(
        [UInt8](Data(contentsOf: Photos.coffee)), to: name, synchronized: false)
    }

    private var path: [UInt8] { Array("d/".utf8) + latin1 }

    @Test func namesThatAreNotUTF8AreDone() throws {
      let base64 = Data(path).base64EncodedString()
      let folder = try command.run("classify", "--top", "1", "--format", "jsonl", "d")
      let list = Data(path + [0])
      let listed = try command.run(
        ["classify", "--top", "1", "--format", "jsonl", "--files-from", "-", "-0"], input: list)
      for outcome in [folder, listed] {
        #expect(outcome.status == 0)
        let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        #expect(object?["input"] as? String == "d/caf\u{FFFD}.png")
        #expect(object?["input_bytes"] as? String == base64)
      }
      let csv = try command.run("classify", "--top", "1", "--format", "csv", "d")
      #expect(csv.output.range(of: Data("\n".utf8 + path + Array(",1,".utf8))) != nil)
      let table = try command.run("classify", "--top", "1", "d")
      #expect(table.output.starts(with: path + Array(": ".utf8)))
    }

    @Test func vectorsAreOfTheNamesBytes() throws {
      for output in ["v.npy", "v.safetensors"] {
        #expect(try command.run("embed", "--output", output, "d").status == 0)
        let found = try command.run(
          "similarity", "--vectors", output, "--best", "1", "--format", "csv", Photos.coffee.path)
        #expect(found.status == 0)
        #expect(found.output.range(of: Data("1,".utf8 + path)) != nil, "\(output): \(found.text)")
      }
      let folder = ["embed", "--output", "parts/", "--part-size", "1", "d"]
      #expect(try command.run(folder).status == 0)
      let again = try command.run(folder + ["--resume"])
      #expect(again.status == 0)
      #expect(again.error.contains("1 parts are there already"))
    }

    @Test func membersOfArchivesAreToo() throws {
      var tar = TarWriter()
      tar.add("caf@.png", [UInt8](try Data(contentsOf: Photos.coffee)))
      tar.end()
      // The name's byte, and what it adds to the checksum.
      var bytes = tar.bytes
      bytes[3] = 0xE9
      let sum =
        bytes[..<148].reduce(0) { $0 + Int($1) } + 8 * 0x20
        + bytes[156..<512].reduce(0) { $0 + Int($1) }
      let digits = Array(("000000" + String(sum, radix: 8)).utf8.suffix(6))
      bytes.replaceSubrange(148..<154, with: digits)
      try scratch.write("s.tar", Data(bytes))
      let outcome = try command.run("classify", "--top", "1", "--format", "csv", "s.tar")
      #expect(outcome.status == 0)
      #expect(outcome.output.range(of: Data("s.tar/".utf8 + latin1)) != nil)
    }

    @Test func listsHoldNamesAndNoPatterns() throws {
      try scratch.copy(Photos.coffee, as: "photo1.png")
      try scratch.copy(Photos.cat, as: "b.png")
      for name in ["photo[1].png", "*.png", "s/{0..1}.tar"] {
        let outcome = try command.run(
          ["classify", "--format", "jsonl", "--files-from", "-", "-0"],
          input: Data("\(name)\0".utf8))
        #expect(outcome.status == 1)
        #expect(outcome.lines.count == 1)
        #expect(outcome.text.contains("does not exist"))
      }
    }

    @Test func anEmptyLineOfAListIsToldByItsNumber() throws {
      try scratch.copy(Photos.coffee, as: "b.png")
      try scratch.write("list", Data("\u{FEFF}b.png\r\n\nb.png\n".utf8))
      for format in ["jsonl", "json", "csv"] {
        let outcome = try command.run(
          "classify", "--top", "1", "--format", format, "--files-from", "list")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("vit: list: line 2 is empty"), "\(outcome.error)")
        #expect(outcome.text.components(separatedBy: "b.png").count == 3)
      }
    }

    @Test func anEndingThatNamesNoFormIsRefused() throws {
      try scratch.copy(Photos.coffee, as: "b.png")
      let refused = try command.run("classify", "--output", "x.foo", "b.png")
      #expect(refused.status == 64)
      #expect(refused.error.hasPrefix("vit: --output x.foo: "))
      #expect(refused.error.contains(".json, .jsonl, .ndjson, .csv, .txt"))
      #expect(
        try command.run("classify", "--output", "x.foo", "--format", "csv", "b.png").status == 0)
      #expect(try command.run("classify", "--output", "x", "b.png").status == 0)
    }
  }
}
