// libFuzzer target: GIF.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness(start: Array("GIF89a".utf8))

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
