import Testing
import VitJSON

@testable import VitKit

@Suite struct ModelFilesTests {
  /// Names come from a server or an index: none may lead out of the model's folder.
  @Test func aFileNameStaysInItsFolder() {
    for name in ["model.safetensors", "onnx/model.bin", "model-00001-of-00002.safetensors"] {
      #expect(ModelFiles.isFileName(name), "\(name)")
    }
    let wrong = [
      "", "/etc/passwd", "../x", "a/../x", "a//b", "a/", ".hidden", "a/.git", "a\\b", "a b", "a\n",
      "ä", String(repeating: "a", count: 256),
    ]
    for name in wrong { #expect(!ModelFiles.isFileName(name), "\(name)") }
  }

  @Test func anIndexNamesItsShardsOnce() throws {
    func shards(_ text: String) throws -> [String]? {
      ModelFiles.shards(of: try JSONValue.parse(text, name: "index"))
    }
    #expect(
      try shards(#"{"weight_map": {"a": "2.bin", "b": "1.bin", "c": "2.bin"}}"#) == [
        "1.bin", "2.bin",
      ])
    for text in [
      "{}", #"{"weight_map": {}}"#, #"{"weight_map": {"a": "../x"}}"#, #"{"weight_map": {"a": 1}}"#,
    ] {
      #expect(try shards(text) == nil, "\(text)")
    }
  }
}
