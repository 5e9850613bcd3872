// libFuzzer target: camera raw files.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness(start: [])

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
