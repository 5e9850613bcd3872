// libFuzzer target: a tar archive of any bytes is gone through to its end, or refused.
//
// Checksums are made to fit, unless the first block insists on its own: chance never does. What is
// found lies within the archive, in its order and without overlap.

import FuzzHarness

@testable import VitImage

nonisolated(unsafe) private let harness = FuzzHarness("held files", "had an end")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.execute(start, count, run)
}

private func run(_ input: UnsafeMutableRawBufferPointer) {
  var bytes = Array(input)
  let count = bytes.count
  if count >= 512, bytes[511] != 0xFF { mendChecksums(&bytes) }
  var archive = TarArchive(size: count) { offset, wanted in
    precondition(offset >= 0 && wanted >= 0 && wanted <= max(1 << 20, 512))
    return Array(bytes[min(offset, count)..<min(count, offset + wanted)])
  }
  var end = 0
  var members = 0
  do {
    while let member = try archive.next() {
      precondition(member.offset >= end + 512 && member.size >= 0)
      precondition(member.size <= count - member.offset)
      end = member.offset + member.size
      members += 1
    }
    harness.note("had an end")
  } catch let damage as TarArchive.Damage {
    precondition(damage.offset <= count)
  } catch {
    preconditionFailure("\(error)")
  }
  precondition(members <= count / 512)
  let after = try? archive.next()
  precondition(after == nil)
  if members > 0 { harness.note("held files") }
}

/// Writes the right checksum into every block that could be a header.
private func mendChecksums(_ bytes: inout [UInt8]) {
  for block in stride(from: 0, through: bytes.count - 512, by: 512) {
    guard bytes[block..<block + 512].contains(where: { $0 != 0 }) else { continue }
    var sum = 0
    for index in 0..<512 {
      sum += (148..<156).contains(index) ? 0x20 : Int(bytes[block + index])
    }
    let digits = Array(String(sum, radix: 8).utf8)
    for index in 0..<8 { bytes[block + 148 + index] = index < digits.count ? digits[index] : 0 }
  }
}
