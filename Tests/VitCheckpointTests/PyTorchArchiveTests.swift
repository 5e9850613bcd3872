import Foundation
import Testing
import VitTestSupport

@testable import VitCheckpoint

/// Files that `scripts/reference/make_checkpoint_files.py` wrote with PyTorch.
struct PyTorchArchiveTests {
  @Test(arguments: ["state_dict.bin", "legacy.bin"])
  func readsAStateDict(name: String) throws {
    let checkpoint = try Checkpoint.open(file: committed(name))
    #expect(!checkpoint.isTorchScript)
    #expect(
      checkpoint.names == [
        "bool", "brain", "byte", "char", "column", "double", "empty", "half", "int",
        "linear.bias", "linear.weight", "long", "row", "scalar", "short", "transposed", "whole",
      ])
    #expect(try checkpoint.float32("linear.weight", shape: [5, 3]) == expected(count: 15))
    #expect(try checkpoint.float32("linear.bias", shape: [5]) == expected(count: 5, offset: 2))
    #expect(try checkpoint.float32("scalar", shape: []) == [2.5])
    #expect(try checkpoint.float32("empty", shape: [0, 4]) == [])
    // [3, 4] transposed: element (i, j) is that of (j, i).
    let transposed = (0..<12).map { expected($0 % 3 * 4 + $0 / 3) }
    #expect(try checkpoint.float32("transposed", shape: [4, 3]) == transposed)
    #expect(try checkpoint.plainFloat32("transposed") == nil)
    #expect(try checkpoint.float32("whole", shape: [4, 6]) == expected(count: 24, offset: 1))
    #expect(try checkpoint.float32("row", shape: [6]) == (12..<18).map { expected($0, offset: 1) })
    #expect(
      try checkpoint.float32("column", shape: [4])
        == (0..<4).map { expected($0 * 6 + 1, offset: 1) })
    for (name, type) in [("half", DataType.float16), ("brain", .bfloat16)] {
      #expect(checkpoint.tensors[name]?.dataType == type)
      #expect(try checkpoint.float32(name, shape: [2, 7]) == expected(count: 14))
    }
    #expect(try checkpoint.float32("double") == expected(count: 3))
    for name in ["long", "int", "short", "char"] {
      #expect(try checkpoint.float32(name) == [-2, -1, 0, 1, 2, 3, 4])
    }
    #expect(try checkpoint.float32("byte") == [250, 251, 252, 253, 254, 255])
    #expect(try checkpoint.float32("bool") == [1, 0, 1])
  }

  @Test func readsRowsOfATransposedMatrix() throws {
    let checkpoint = try Checkpoint.open(file: committed("state_dict.bin"))
    var row = [Float](repeating: 0, count: 3)
    checkpoint.copyRow(of: "transposed", 2, to: &row)
    #expect(row == [expected(2), expected(6), expected(10)])
  }

  @Test func readsUntypedStorages() throws {
    let checkpoint = try Checkpoint.open(file: committed("untyped.bin"))
    #expect(checkpoint.tensors["unsigned"]?.dataType == .uint16)
    #expect(try checkpoint.float32("unsigned") == [0, 1, 2, 3, 4])
  }

  /// The keys that lead to a tensor are its name.
  @Test func namesTensorsOfTrainingCheckpointsByTheirPaths() throws {
    let checkpoint = try Checkpoint.open(file: committed("training.pt"))
    let model = "state_dict.module."
    #expect(
      checkpoint.names.filter { $0.hasPrefix(model) }.map { String($0.dropFirst(model.count)) }
        == ["block.linear.bias", "block.linear.weight", "block.mask", "scale"])
    #expect(
      try checkpoint.float32("\(model)block.linear.weight", shape: [2, 3]) == expected(count: 6))
  }

  @Test func readsTorchScript() throws {
    let checkpoint = try Checkpoint.open(file: committed("scripted.pt"))
    #expect(checkpoint.isTorchScript)
    #expect(
      checkpoint.names == ["block.linear.bias", "block.linear.weight", "block.mask", "scale"])
    #expect(try checkpoint.float32("block.linear.weight", shape: [2, 3]) == expected(count: 6))
    #expect(
      try checkpoint.float32("block.linear.bias", shape: [2]) == expected(count: 2, offset: 2))
    #expect(try checkpoint.float32("scale", shape: []) == [1.5])
  }

  /// A whole module is a reference to code: refused, by name.
  @Test func refusesPickledModules() {
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint.open(file: committed("module.bin"))
    }
    #expect(error?.description.contains("torch.nn.modules.linear.Linear") == true)
  }

  /// No file that was cut off, and none with one byte changed, can do more than fail.
  @Test(arguments: ["state_dict.bin", "legacy.bin", "training.pt", "scripted.pt", "untyped.bin"])
  func survivesDamage(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: committed(name))))
    func read(_ bytes: [UInt8]) -> Bool {
      bytes.withUnsafeBytes { buffer in
        guard PyTorchArchive.recognizes(buffer),
          let tensors = try? PyTorchArchive.read(buffer, name: name).tensors
        else { return false }
        for tensor in tensors.values {
          var values = [Float](repeating: 0, count: tensor.info.elementCount)
          values.withUnsafeMutableBufferPointer {
            if let start = $0.baseAddress { tensor.float32(into: start) }
          }
        }
        return true
      }
    }
    #expect(read(whole))
    for count in stride(from: 0, to: whole.count, by: 3) { #expect(!read(Array(whole[..<count]))) }
    for place in whole.indices {
      var damaged = whole
      damaged[place] = ~damaged[place]
      _ = read(damaged)
    }
  }
}
