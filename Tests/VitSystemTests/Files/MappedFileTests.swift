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

  @Test func anEmptyFileHasNoBytes() throws {
    let folder = try ScratchFolder()
    let file = try MappedFile(folder.write("empty", ""))
    #expect(file.bytes.isEmpty)
    file.forEachChunk { _ in Issue.record("a part of nothing") }
    file.releasePages()
  }
}
