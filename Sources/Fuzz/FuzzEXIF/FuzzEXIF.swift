// libFuzzer target: the orientation readers stay within their bytes.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzEXIF
//   .build-fuzz/release/FuzzEXIF CORPUS SEEDS -max_len=4096
//
// An input is TIFF data, an XMP packet, a JPEG's segments or a PNG's text chunk: every reader
// gets it.

@testable import VitImage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many inputs there were, and in how many a reader found a value.
nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var found = 0

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit { print("executions \(executions), of which \(found) held an orientation") }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  executions += 1
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
  defer { bytes.deallocate() }
  bytes.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
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
  if values.contains(where: { $0 != nil }) { found += 1 }
  return 0
}
