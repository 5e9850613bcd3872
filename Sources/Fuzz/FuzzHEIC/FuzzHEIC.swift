// libFuzzer target: HEIC.
//
// The brand is made the format's, and boxes to end where the next ones begin.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness { bytes in
  guard bytes.count >= 12 else { return }
  bytes.replace(from: 4, with: "ftypheic")
  ChunkRepair.iso.apply(to: bytes)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
