import Foundation
import Testing

@testable import VitCheckpoint

struct MislabelledFileTests {
  @Test func refusesWhatIsNoFile() throws {
    try withFolder { folder in
      let empty = folder.appending(path: "empty")
      try Data().write(to: empty)
      let fifo = folder.appending(path: "fifo").path
      #expect(mkfifo(fifo, 0o600) == 0)
      let loop = folder.appending(path: "loop").path
      try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
      for path in [empty.path, fifo, loop, folder.path, folder.path + "/nothing"] {
        #expect(throws: CheckpointError.self, "\(path)") { try Checkpoint.open(file: path) }
      }
    }
  }

  /// The error names what the file is and what to do.
  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git lfs pull"),
    ("GGUF\u{3}\0\0\0\0\0\0\0", "GGUF"), ("<!DOCTYPE html><html></html>", "web page"),
    ("{\"error\": \"Repository not found\"}", "JSON"), ("not weights at all", "header"),
  ])
  func namesWhatItIs(content: String, expected: String) throws {
    try withFolder { folder in
      let path = folder.appending(path: "model.safetensors").path
      try Data(content.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(file: path) }
      #expect(error?.description.hasPrefix("\(path): ") == true)
      #expect(error?.description.contains(expected) == true)
    }
  }

  @Test func namesAPickle() throws {
    try withFolder { folder in
      let path = folder.appending(path: "weights.bin").path
      try Data([0x80, 4, 0x95, 1, 2, 3, 4, 5, 6]).write(to: URL(filePath: path))
      let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(file: path) }
      #expect(error?.description.contains("pickle") == true)
    }
  }
}
