import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  /// Files of texts, labels, templates and paths.
  @Suite struct TextLinesTests {
    private let scratch: Scratch
    private let model: String

    init() throws {
      scratch = try Scratch()
      model = try TinyCLIP.write(in: scratch.url).path
    }

    private func run(_ arguments: String...) throws -> VitCommand.Outcome {
      var command = VitCommand()
      command.folder = scratch.url
      return try command.run(arguments)
    }

    /// Row i is line i: nothing but a line feed ends a line, and an empty one is an empty text.
    @Test func aTextIsALine() throws {
      let texts = [
        "a cat", "", "a dog", "red\u{2028}fox", "old\u{0C}man", "x\u{85}y\u{0B}z", "a\rb", "last",
      ]
      let plain = texts.joined(separator: "\n")
      for file in [
        plain, plain + "\n", "\u{FEFF}" + plain, plain.replacing("\n", with: "\r\n") + "\r\n",
      ] {
        try scratch.write("t.txt", Data(file.utf8))
        let outcome = try run(
          "embed", "--model", model, "--texts-file", "t.txt", "--output", "v.npy")
        #expect(outcome.status == 0)
        let lines = try scratch.text("v.jsonl").split(separator: "\n").map {
          try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
        #expect(lines.map { $0["input"] as? String } == texts)
        #expect(lines.map { $0["row"] as? Int } == Array(texts.indices))
      }
      let names = try run(
        "similarity", "--model", model, "--vectors", "v.npy", "--text", "a cat", "--format", "csv")
      #expect(names.status == 0)
    }

    @Test func whatIsNotUTF8IsToldByItsLine() throws {
      for option in ["--texts-file", "--labels-file", "--templates"] {
        try scratch.write("t.txt", Data("a {}\nb\nc".utf8) + [0xE9, 0x0A])
        let outcome =
          try option == "--texts-file"
          ? run("embed", "--model", model, option, "t.txt")
          : run("classify", "--model", model, "--label", "x", option, "t.txt", Photos.cat.path)
        #expect(outcome.status == 65)
        #expect(outcome.error.contains("t.txt: line 3 is not UTF-8"), "\(outcome.error)")
      }
    }

    @Test func labelsThatAreEmptyAreRefused() throws {
      try scratch.write("t.txt", Data("cat\n \ndog\n".utf8))
      for option in ["--labels-file", "--templates"] {
        let outcome = try run(
          "classify", "--model", model, "--label", "x", option, "t.txt", Photos.cat.path)
        #expect(outcome.status == 65)
        #expect(outcome.error.contains("t.txt: line 2 is empty"), "\(outcome.error)")
      }
      let outcome = try run("classify", "--model", model, "--labels", "cat,,dog", Photos.cat.path)
      #expect(outcome.status == 64 && outcome.error.contains("label 2 is empty"))
    }

    /// A combining mark after the comma is one character with it.
    @Test func labelsAreSplitAtBytes() throws {
      let outcome = try run(
        "classify", "--model", model, "--labels", "a,\u{301}b", "--format", "csv", Photos.cat.path)
      #expect(outcome.status == 0)
      #expect(outcome.lines.count == 3)
    }
  }
}
