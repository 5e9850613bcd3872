import Foundation
import VitTestSupport

@testable import VitCheckpoint

/// Bytes that live as long as the test process, as those of the model in the box do.
func kept(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 64)
  copy.copyBytes(from: bytes)
  return UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])
}

func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

func raw<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
  numbers.withUnsafeBytes { Array($0) }
}

/// A safetensors file of this header, as it is.
func safetensors(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  littleEndian(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + data
}

func checkpoint(_ header: String, data: [UInt8] = []) throws -> Checkpoint {
  try Checkpoint(kept(safetensors(header, data: data)), name: "test.safetensors")
}

/// A folder that is removed at the end of the test.
func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "vit-checkpoint-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

func committed(_ name: String) -> String { TestData.committed("checkpoints/\(name)").path }

/// Element i of the tensors that `make_checkpoint_files.py` writes.
func expected(_ index: Int, offset: Float = 0) -> Float { Float(index % 97) / 8 - 6 + offset }

func expected(count: Int, offset: Float = 0) -> [Float] {
  (0..<count).map { expected($0, offset: offset) }
}
