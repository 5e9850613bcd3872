// libFuzzer target: the orientation readers stay within their bytes.
//
// An input is TIFF data, an XMP packet, a JPEG's segments or a PNG's text chunk: every reader
// gets it.

import FuzzHarness

@testable import VitImage

nonisolated(unsafe) private let harness = FuzzHarness("held an orientation")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ bytes: UnsafeMutableRawBufferPointer) {
  let input = UnsafeRawBufferPointer(bytes)

  var values = [
    EXIF.orientation(in: input), XMP.orientation(in: input),
    JPEGMetadata(input).orientation?.rawValue,
  ]
  for type in [ChunkType.exif, .text, .compressedText, .internationalText] {
    var metadata = PNGMetadata()
    metadata.note(type, input)
    values.append(metadata.orientation(textLimit: 4096)?.rawValue)
  }
  if values.contains(where: { $0 != nil }) { harness.note("held an orientation") }
}
