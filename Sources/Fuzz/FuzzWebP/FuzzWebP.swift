// libFuzzer target: WebP.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness(
  start: Array("RIFF".utf8) + [nil, nil, nil, nil] + Array("WEBP".utf8))

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
