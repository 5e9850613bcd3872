// libFuzzer target: PyTorch's archives, old files and bare pickles of any bytes are read or refused.
//
// Most inputs are not a whole archive: then they are taken as a pickle alone, whose storages are all
// the same few bytes.

import FuzzHarness
import VitSystem

@testable import VitCheckpoint

nonisolated(unsafe) private let harness = FuzzHarness("held a pickle that ended", "gave tensors")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ bytes: UnsafeMutableRawBufferPointer) {
  let input = UnsafeRawBufferPointer(bytes)
  do throws(CheckpointError) {
    let tensors: ExactDictionary<TensorData>
    if PyTorchArchive.recognizes(input) {
      tensors = try PyTorchArchive.read(input, name: "input").tensors
      harness.note("held a pickle that ended")
    } else {
      var interpreter = PickleInterpreter(input, file: "input", fileOffset: 0)
      let root = try interpreter.run()
      harness.note("held a pickle that ended")
      let storages = ExactDictionary(interpreter.arena.storages.map { ($0.key, input) })
      tensors = try StateDict(
        root, arena: interpreter.arena, storages: storages, file: "input"
      ).tensors()
    }
    harness.note("gave tensors")
    for tensor in tensors.values {
      let size = tensor.info.elementCount
      let output = UnsafeMutablePointer<Float>.allocate(capacity: size + 1)
      defer { output.deallocate() }
      tensor.float32(into: output)
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
}
