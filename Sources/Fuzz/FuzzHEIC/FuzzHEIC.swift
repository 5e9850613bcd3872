// libFuzzer target: HEIC.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness(
  start: [nil, nil, nil, nil] + Array("ftypheic".utf8))

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
