import Foundation
import Testing
import VitSystem
import VitTestSupport

@Suite struct MappedFileTests {
  @Test func bytesAreThoseOfTheFileAlsoAfterItsPagesWereGivenBack() throws {
    let folder = try ScratchFolder()
    let text = String(repeating: "0123456789", count: 1_000_000)
    let file = try MappedFile(folder.write("file", text))
    #expect(file.bytes.elementsEqual(text.utf8))
    file.releasePages()
    #expect(file.bytes.elementsEqual(text.utf8))
    var parts: [Int] = []
    var digits: [UInt8] = []
    file.forEachChunk { part in
      parts.append(part.count)
      digits.append(part[0])
    }
    #expect(parts == [8 << 20, 10_000_000 - 8 << 20])
    #expect(digits == [48, 48 + UInt8((8 << 20) % 10)])
  }

  /// Another program makes the file shorter: what was lost is zeros and told, the rest is there, and
  /// other maps are whole. A map that comes later is not taken for the lost one.
  @Test func aFileThatIsCutIsToldAndEndsNothing() throws {
    let folder = try ScratchFolder()
    let text = String(repeating: "x", count: 1 << 20)
    let (path, other) = (try folder.write("cut", text), try folder.write("whole", text))
    let (file, whole) = (try MappedFile(path), try MappedFile(other))
    try file.checkIntact()
    #expect(truncate(path, 1 << 18) == 0)
    #expect(file.bytes[..<(1 << 18)].allSatisfy { $0 == 0x78 })
    try file.checkIntact()
    #expect(file.bytes[(1 << 18)...].allSatisfy { $0 == 0 })
    #expect {
      try file.checkIntact()
    } throws: { error in
      "\(error)".hasPrefix("\(path): cannot be read: made shorter")
    }
    #expect(whole.bytes.allSatisfy { $0 == 0x78 })
    try whole.checkIntact()
    for _ in 0..<10 {
      let later = try MappedFile(other)
      #expect(later.bytes.last == 0x78)
      try later.checkIntact()
    }
    #expect(throws: SystemError.self) { try file.checkIntact() }
  }

  @Test func anEmptyFileHasNoBytes() throws {
    let folder = try ScratchFolder()
    let file = try MappedFile(folder.write("empty", ""))
    #expect(file.bytes.isEmpty)
    file.forEachChunk { _ in Issue.record("a part of nothing") }
    file.releasePages()
  }
}
