// libFuzzer target: a tar archive of any bytes is gone through to its end, or refused.
//
//   VITKIT_FUZZ=1 swift build -c release -Xswiftc -enable-testing --scratch-path .build-fuzz \
//     --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer --product FuzzTar
//   .build-fuzz/release/FuzzTar CORPUS SEEDS -max_len=8192
//
// Checksums are made to fit, unless the first block insists on its own: chance never does. What is
// found lies within the archive, in its order and without overlap.

@testable import VitImage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many inputs there were, in how many a file was found, and how many were gone through.
nonisolated(unsafe) private var executions = 0
nonisolated(unsafe) private var found = 0
nonisolated(unsafe) private var finished = 0

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
  -> CInt
{
  atexit {
    print("executions \(executions), of which \(found) held files, \(finished) had an end")
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  executions += 1
  var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
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
    finished += 1
  } catch let damage as TarArchive.Damage {
    precondition(damage.offset <= count)
  } catch {
    preconditionFailure("\(error)")
  }
  precondition(members <= count / 512)
  let after = try? archive.next()
  precondition(after == nil)
  if members > 0 { found += 1 }
  return 0
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
