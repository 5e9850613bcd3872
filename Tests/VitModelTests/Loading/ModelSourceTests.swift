import Foundation
import Testing

@testable import VitModel

@Suite struct ModelSourceTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-source-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func write(_ path: String, _ text: String = "{}") throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  @Test func aFileStandsForItsFolder() throws {
    try withFolder { folder in
      try write("\(folder)/w.safetensors")
      try write("\(folder)/config.json", #"{"a": 1}"#)
      let file = try ModelSource(path: "\(folder)/w.safetensors")
      #expect(file.weightsFile == "\(folder)/w.safetensors" && file.folder == folder)
      #expect(try file.json("config.json")?["a"]?.int == 1)
      #expect(try file.json("other.json") == nil && file.content(of: "other.json") == nil)
      #expect(file.displayName == "w.safetensors")
    }
  }

  /// OpenAI's archives lie alone.
  @Test func aLoneArchiveIsTheModel() throws {
    try withFolder { folder in
      try write("\(folder)/a.pt")
      try write("\(folder)/.hidden.pt")
      #expect(try ModelSource(path: folder).weightsFile == "\(folder)/a.pt")
      try write("\(folder)/b.pt")
      #expect(try ModelSource(path: folder).weightsFile == nil)
      try FileManager.default.removeItem(atPath: "\(folder)/b.pt")
      try write("\(folder)/config.json")
      #expect(try ModelSource(path: folder).weightsFile == nil)
    }
  }

  @Test func whatIsNoModelIsNamed() throws {
    try withFolder { folder in
      #expect(
        message { _ = try ModelSource(path: "\(folder)/absent") }
          .contains("\(folder)/absent: not a model"))
      #expect(message { _ = try ModelSource(path: "/dev/null") }.contains("neither a folder"))
      let source = try ModelSource(path: folder)
      #expect(
        message { _ = try source.weights(candidates: ["a", "b"]) }
          .contains("it holds none of a, b"))
      #expect(!source.hasWeights(candidates: ["a"]))
    }
  }

  /// Another tokeniser gives another hash, as does a configuration, which may choose it; other files do
  /// not matter.
  @Test func theTokenizersHashIsOfItsFiles() throws {
    try withFolder { folder in
      let none = try ModelSource(path: folder).tokenizerHash
      try write("\(folder)/README.md")
      #expect(try ModelSource(path: folder).tokenizerHash == none)
      try write("\(folder)/config.json")
      #expect(try ModelSource(path: folder).tokenizerHash != none)
      try write("\(folder)/tokenizer.json")
      let some = try ModelSource(path: folder).tokenizerHash
      #expect(some != none)
      try write("\(folder)/tokenizer.json", "{ }")
      #expect(try ModelSource(path: folder).tokenizerHash != some)
    }
  }
}
