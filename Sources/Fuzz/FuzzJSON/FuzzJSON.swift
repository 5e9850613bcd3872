// libFuzzer target: the JSON reader takes any bytes, and what it takes it writes and reads back.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzJSON
//   .build-fuzz/release/FuzzJSON CORPUS SEEDS -max_len=4096

import VitJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many inputs there were, in how many the first eight values were read, and how many were JSON.
nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var reached = 0
nonisolated(unsafe) private var accepted = 0

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit {
    print(
      "executions \(executions), of which \(reached) got past eight values, "
        + "\(accepted) were JSON")
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  executions += 1
  // A copy of exactly this size, so that the address sanitiser sees a read past the end.
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
  defer { copy.deallocate() }
  copy.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
  let bytes = UnsafeRawBufferPointer(copy)
  do throws(JSONError) {
    _ = try JSONValue.parse(bytes, name: "input", limits: JSONLimits(values: 8))
  } catch {
    if error.reason.contains("values allowed") { reached += 1 }
  }
  for allowsDuplicateKeys in [false, true] {
    let limits = JSONLimits(values: 4096, allowsDuplicateKeys: allowsDuplicateKeys)
    guard let value = try? JSONValue.parse(bytes, name: "input", limits: limits) else { continue }
    if !allowsDuplicateKeys { accepted += 1 }
    let text = value.serialized()
    guard let again = try? JSONValue.parse(text, name: "output", limits: limits) else {
      fatalError("does not read what it wrote: \(text)")
    }
    precondition(again == value, "\(text) is another value")
    for key in value.object?.keys ?? [] { precondition(value[key] != nil) }
  }
  return 0
}
