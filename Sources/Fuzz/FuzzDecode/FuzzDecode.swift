// libFuzzer target: JPEG and PNG.
//
// A PNG's header length and checksums are put right too.

import ImageFuzzHarness

nonisolated(unsafe) private let harness = ImageFuzzHarness { bytes in
  repairStart(bytes)
  repairChecksums(bytes)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count)
}

/// Makes the first bytes those of a JPEG, or of a PNG with sides below 256 where the first is a
/// PNG's.
private func repairStart(_ bytes: UnsafeMutableRawBufferPointer) {
  guard bytes[0] == 0x89 else {
    for (index, byte) in ([0xFF, 0xD8, 0xFF] as [UInt8]).prefix(bytes.count).enumerated() {
      bytes[index] = byte
    }
    return
  }
  let start: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
  ]
  for (index, byte) in start.prefix(bytes.count).enumerated() {
    bytes[index] = byte
  }
  for index in [16, 17, 18, 20, 21, 22] where index < bytes.count {
    bytes[index] = 0
  }
}

/// Writes the right checksum into every whole chunk of a PNG.
private func repairChecksums(_ bytes: UnsafeMutableRawBufferPointer) {
  guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return }
  var position = 8
  while position + 12 <= bytes.count {
    let length = Int(
      UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    guard length <= bytes.count - position - 12 else { return }
    var checksum = UInt32.max
    for byte in bytes[(position + 4)..<(position + 8 + length)] {
      checksum = checksumTable[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)] ^ checksum >> 8
    }
    bytes.storeBytes(
      of: (~checksum).bigEndian, toByteOffset: position + 8 + length, as: UInt32.self)
    position += length + 12
  }
}

/// CRC-32 of each byte, as in the PNG specification, annex D.
private let checksumTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
  }
}
