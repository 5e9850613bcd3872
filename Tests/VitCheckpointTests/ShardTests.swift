import Foundation
import Testing

@testable import VitCheckpoint

struct ShardTests {
  private func write(_ weightMap: String, in folder: URL) throws -> String {
    try Data(SafetensorsWriter.bytes([("a", [2], [1, 2])])).write(
      to: folder.appending(path: "model-00001-of-00002.safetensors"))
    try Data(SafetensorsWriter.bytes([("b", [1], [3])])).write(
      to: folder.appending(path: "model-00002-of-00002.safetensors"))
    let index = folder.appending(path: "model.safetensors.index.json")
    try Data(#"{"metadata":{"total_size":12},"weight_map":\#(weightMap)}"#.utf8).write(to: index)
    return index.path
  }

  @Test func joinsShards() throws {
    try withFolder { folder in
      let path = try write(
        #"{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}"#,
        in: folder)
      let checkpoint = try Checkpoint.open(file: path)
      #expect(checkpoint.names == ["a", "b"])
      #expect(try checkpoint.float32("a") == [1, 2])
      #expect(try checkpoint.float32("b") == [3])
      checkpoint.releasePages()
      #expect(try checkpoint.float32("b") == [3])
    }
  }

  @Test(arguments: [
    #"{"a":"../model-00001-of-00002.safetensors"}"#, #"{"a":"/etc/passwd"}"#, #"{"a":".."}"#,
    #"{"a":"."}"#, #"{"a":""}"#, #"{"a":"sub/x"}"#, #"{"a":1}"#, #"{"a":null}"#, "[]", "1",
    #"{"a":"model.safetensors.index.json"}"#,
    #"{"a":"model-00001-of-00002.safetensors\u0000x"}"#,
    #"{"a":"model-00001-of-00002.safetensors","a":"model-00002-of-00002.safetensors"}"#,
  ])
  func refusesHostileIndexes(weightMap: String) throws {
    try withFolder { folder in
      let path = try write(weightMap, in: folder)
      let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(file: path) }
      guard case .malformed = error else {
        Issue.record("\(weightMap): \(String(describing: error))")
        return
      }
    }
  }

  @Test func namesWhatIsMissing() throws {
    try withFolder { folder in
      let missingFile = try write(#"{"a":"model-00003-of-00002.safetensors"}"#, in: folder)
      let first = #expect(throws: CheckpointError.self) { try Checkpoint.open(file: missingFile) }
      #expect(
        first?.description.contains("model-00003-of-00002.safetensors: cannot be read") == true)
      let missingTensor = try write(#"{"c":"model-00001-of-00002.safetensors"}"#, in: folder)
      let second = #expect(throws: CheckpointError.self) {
        try Checkpoint.open(file: missingTensor)
      }
      #expect(second?.description.contains("00001-of-00002.safetensors: lacks c") == true)
    }
  }
}
