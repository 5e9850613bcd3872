// libFuzzer target: WebP.
//
// Chunks are made to end where the next ones begin.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness { bytes in
  guard bytes.count >= 12 else { return }
  bytes.replace(from: 0, with: "RIFF")
  bytes.replace(from: 8, with: "WEBP")
  ChunkRepair.webP.apply(to: bytes)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
