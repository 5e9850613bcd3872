// libFuzzer target: camera raw files.
//
// The first bytes are made those of the maker that some of them tell.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness { bytes in
  guard bytes.count >= 16 else { return }
  switch (bytes[0], bytes[2]) {
  case (UInt8(ascii: "F"), _): bytes.replace(from: 0, with: "FUJIFILMCCD-RAW ")
  case (UInt8(ascii: "M"), UInt8(ascii: "O")): bytes.replace(from: 0, with: "MMOR")
  case (UInt8(ascii: "M"), _): bytes.replace(from: 0, with: "MM\0*")
  case (UInt8(ascii: "I"), UInt8(ascii: "R")): bytes.replace(from: 0, with: "IIRO")
  case (UInt8(ascii: "I"), UInt8(ascii: "U")): bytes.replace(from: 0, with: "IIU\0")
  case (UInt8(ascii: "I"), _): bytes.replace(from: 0, with: "II*\0")
  default: bytes.replace(from: 4, with: "ftypcrx ")
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}
