// libFuzzer target: a safetensors file, or a NumPy array, of any bytes is read or refused.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzSafetensors
//   .build-fuzz/release/FuzzSafetensors CORPUS SEEDS -max_len=8192
//
// The eight bytes of the header's length are made to fit most of the time: chance seldom does.

@testable import VitCheckpoint

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many inputs there were, in how many the header was JSON, and how many gave tensors.
nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var headers = 0
nonisolated(unsafe) private var accepted = 0

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit {
    print(
      "executions \(executions), of which \(headers) had a JSON header or were arrays, "
        + "\(accepted) read")
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
  if input[0] == 0x93 {
    do throws(CheckpointError) {
      let array = try NPY.read(input, name: "input")
      precondition(array.values.count == array.shape.reduce(1, *))
      headers += 1
      accepted += 1
    } catch {
      note(error, bytesBeforeData: 12)
    }
    return 0
  }
  // Where the header ends: after the last brace, unless the input insists on its own length.
  if count >= 8, input[7] != 0xFF, let brace = input.lastIndex(of: UInt8(ascii: "}")), brace >= 8 {
    let length = UInt64(brace + 1 - 8)
    if UInt64(littleEndian: input.loadUnaligned(as: UInt64.self)) > UInt64(count - 8) {
      copy.storeBytes(of: length.littleEndian, as: UInt64.self)
    }
  }
  do throws(CheckpointError) {
    let checkpoint = try Checkpoint(input, name: "input")
    headers += 1
    accepted += 1
    for name in checkpoint.names {
      let values = try checkpoint.float32(name)
      precondition(values.count == checkpoint.tensors[name]?.elementCount)
    }
  } catch {
    note(error, bytesBeforeData: 8)
  }
  return 0
}

/// Whether the input got past the first checks.
private func note(_ error: CheckpointError, bytesBeforeData: Int) {
  let text = error.description
  if case .malformed(_, let offset, _) = error {
    if offset >= bytesBeforeData, !text.contains("not JSON") { headers += 1 }
  } else {
    headers += 1
  }
}
