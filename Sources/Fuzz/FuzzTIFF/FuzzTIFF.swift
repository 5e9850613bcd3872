// libFuzzer target: TIFF.
//
// The first bytes are made those of either byte order, and of BigTIFF where the third says so.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness { bytes in
  guard bytes.count >= 4 else { return }
  let isBigEndian = bytes[0] == UInt8(ascii: "M")
  bytes.replace(from: 0, with: isBigEndian ? "MM" : "II")
  let version: UInt8 = bytes[2] == 43 || bytes[3] == 43 ? 43 : 42
  (bytes[2], bytes[3]) = isBigEndian ? (0, version) : (version, 0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
