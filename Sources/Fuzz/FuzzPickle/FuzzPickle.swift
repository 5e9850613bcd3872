// libFuzzer target: PyTorch's archives, old files and bare pickles of any bytes are read or refused.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzPickle
//   .build-fuzz/release/FuzzPickle CORPUS SEEDS -max_len=8192
//
// Most inputs are not a whole archive: then they are taken as a pickle alone, whose storages are all
// the same few bytes.

@testable import VitCheckpoint

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many inputs there were, in how many a pickle ran to its end, and how many gave tensors.
nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var completed = 0
nonisolated(unsafe) private var accepted = 0

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit {
    print("executions \(executions), of which \(completed) pickles ended, \(accepted) gave tensors")
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  executions += 1
  // A copy of exactly this size, so that the address sanitiser sees a read past the end.
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
  defer { copy.deallocate() }
  copy.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
  let input = UnsafeRawBufferPointer(copy)
  do throws(CheckpointError) {
    let tensors: [String: TensorData]
    if PyTorchArchive.recognizes(input) {
      tensors = try PyTorchArchive.read(input, name: "input").tensors
      completed += 1
    } else {
      var interpreter = PickleInterpreter(input, file: "input", fileOffset: 0)
      let root = try interpreter.run()
      completed += 1
      let storages = Dictionary(
        interpreter.arena.storages.map { ($0.key, input) }, uniquingKeysWith: { first, _ in first })
      tensors = try StateDict(
        root, arena: interpreter.arena, storages: storages, file: "input"
      ).tensors()
    }
    accepted += 1
    for tensor in tensors.values {
      let size = tensor.info.elementCount
      let output = UnsafeMutablePointer<Float>.allocate(capacity: size + 1)
      defer { output.deallocate() }
      tensor.float32(into: output)
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
