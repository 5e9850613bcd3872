// libFuzzer target: a safetensors file, or a NumPy array, of any bytes is read or refused.
//
// The eight bytes of the header's length are made to fit most of the time: chance seldom does.

import FuzzHarness

@testable import VitCheckpoint

nonisolated(unsafe) private let harness = FuzzHarness(
  "had a JSON header or were arrays", "were read")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ bytes: UnsafeMutableRawBufferPointer) {
  let input = UnsafeRawBufferPointer(bytes)
  if input[0] == 0x93 {
    do throws(CheckpointError) {
      let array = try NPY.read(input, name: "input")
      precondition(array.values.count == array.shape.reduce(1, *))
      harness.note("had a JSON header or were arrays")
      harness.note("were read")
    } catch {
      note(error, bytesBeforeData: 12)
    }
    return
  }
  // Where the header ends: after the last brace, unless the input insists on its own length.
  if input.count >= 8, input[7] != 0xFF, let brace = input.lastIndex(of: UInt8(ascii: "}")),
    brace >= 8
  {
    let length = UInt64(brace + 1 - 8)
    if UInt64(littleEndian: input.loadUnaligned(as: UInt64.self)) > UInt64(input.count - 8) {
      bytes.storeBytes(of: length.littleEndian, as: UInt64.self)
    }
  }
  do throws(CheckpointError) {
    let checkpoint = try Checkpoint(input, name: "input")
    harness.note("had a JSON header or were arrays")
    harness.note("were read")
    for name in checkpoint.names {
      let values = try checkpoint.float32(name)
      precondition(values.count == checkpoint.tensors[name]?.elementCount)
    }
  } catch {
    note(error, bytesBeforeData: 8)
  }
}

/// Whether the input got past the first checks.
private func note(_ error: CheckpointError, bytesBeforeData: Int) {
  let text = error.description
  if case .malformed(_, let offset, _) = error {
    if offset >= bytesBeforeData, !text.contains("not JSON") {
      harness.note("had a JSON header or were arrays")
    }
  } else {
    harness.note("had a JSON header or were arrays")
  }
}
