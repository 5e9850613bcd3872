import Foundation
import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

@Suite struct TarArchiveTests {
  private struct Found: Equatable {
    var names: [String] = []
    var contents: [String] = []
    var problems: [String] = []
    var damage: TarArchive.Damage?
  }

  private func found(_ bytes: [UInt8]) -> Found {
    var archive = TarArchive(size: bytes.count) { offset, count in
      Array(bytes[min(offset, bytes.count)..<min(bytes.count, offset + count)])
    }
    var found = Found()
    do {
      while let member = try archive.next() {
        found.names.append(member.name)
        found.contents.append(
          String(decoding: bytes[member.offset..<member.offset + member.size], as: UTF8.self))
        if let problem = member.problem { found.problems.append(problem) }
      }
    } catch { found.damage = error as? TarArchive.Damage }
    return found
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func filesComeInOrderAndTheRestIsPassedOver() {
    var tar = TarWriter()
    tar.add("a/", [], type: "5")
    tar.add("a/1.jpg", text("one"))
    tar.add("a/link.jpg", [], type: "2")
    // A hard link whose size is the file's, without data.
    tar.add("a/hard.jpg", [], type: "1", size: 3)
    tar.add("a/old.jpg", text("old"), type: "\0", magic: "")
    tar.add("a/old/", [], type: "\0", magic: "")
    tar.add("a/2.jpg", [UInt8](repeating: 0x78, count: 512))
    tar.add("empty.jpg", [])
    tar.end()
    let found = found(tar.bytes + text("what lies behind the end"))
    #expect(
      found.names
        == ["a/1.jpg", "a/link.jpg", "a/hard.jpg", "a/old.jpg", "a/2.jpg", "empty.jpg"])
    #expect(found.contents == ["one", "", "", "old", String(repeating: "x", count: 512), ""])
    #expect(found.problems.count == 2 && found.damage == nil)
    #expect(found.problems.allSatisfy { $0.hasPrefix("a link to another file; ") })
  }

  @Test func longNamesOfEveryForm() {
    let long = String(repeating: "folder/", count: 40) + "ä.jpg"
    var tar = TarWriter()
    tar.add("2.jpg", text("prefix"), prefix: "very/long")
    tar.add("././@LongLink", text(long) + [0], type: "L", magic: "ustar ")
    tar.add(String(long.prefix(99)), text("gnu"), magic: "ustar ")
    tar.addExtended([("mtime", "1.5"), ("path", "pax/" + long)])
    tar.add("short", text("pax"))
    // Not for those after it.
    tar.add("plain.jpg", text("plain"))
    // GNU's magic is followed by other fields, not by a prefix.
    tar.add("old.jpg", text("old"), prefix: "0123", magic: "ustar ")
    let found = found(tar.bytes)
    #expect(found.names == ["very/long/2.jpg", long, "pax/" + long, "plain.jpg", "old.jpg"])
    #expect(found.contents == ["prefix", "gnu", "pax", "plain", "old"])
  }

  @Test func sizesOfEveryForm() {
    var tar = TarWriter()
    tar.add("spaces", text("12345"), sizeField: text("         5 \0"))
    tar.add("binary", text("12345"), sizeField: [0x80] + [UInt8](repeating: 0, count: 10) + [5])
    tar.addExtended([("size", "7")])
    tar.add("pax", text("1234567"), size: 0)
    let found = found(tar.bytes)
    #expect(found.contents == ["12345", "12345", "1234567"])
    #expect(found.damage == nil)
  }

  @Test func whatIsCutShortIsTold() {
    var tar = TarWriter()
    tar.add("1.jpg", text("one"))
    tar.add("2.jpg", [UInt8](repeating: 0x78, count: 1000))
    let whole = tar.bytes
    // Without the padding of the last it is still whole.
    #expect(found(Array(whole.prefix(1024 + 512 + 1000))).problems.isEmpty)
    for cut in 1024 + 512..<1024 + 512 + 1000 {
      let found = found(Array(whole.prefix(cut)))
      #expect(found.names == ["1.jpg", "2.jpg"] && found.damage == nil)
      #expect(found.problems == ["the archive ends within it; copy or download it again"])
    }
    let header = found(Array(whole.prefix(1024 + 100)))
    #expect(header.names == ["1.jpg"])
    #expect(header.damage == TarArchive.Damage(offset: 1024, reason: "it ends within a header"))
  }

  @Test func hostileSizesAreRefused() {
    let most = [UInt8](repeating: 0xFF, count: 11)
    for field in [
      [0x80] + most, [0xFF] + most, [0x80, 0x7F] + most.dropFirst(), text("77777777777\0"),
      text("99999999999\0"), text("-0000000001\0"),
    ] {
      var tar = TarWriter()
      tar.add("1.jpg", text("one"), sizeField: field)
      let found = found(tar.bytes)
      #expect(found.damage != nil || found.problems.count == 1, "\(field)")
      #expect(found.contents.allSatisfy { $0.utf8.count <= 512 })
    }
    for size in ["-1", "9223372036854775807", "1e3", "", "99999999999999999999"] {
      var tar = TarWriter()
      tar.addExtended([("size", size)])
      tar.add("1.jpg", text("one"))
      #expect(found(tar.bytes).damage != nil, "\(size)")
    }
    var long = TarWriter()
    long.add("x", [UInt8](repeating: 0x61, count: 2 << 20), type: "L")
    long.add("1.jpg", text("one"))
    #expect(found(long.bytes).damage?.reason == "an extended header of 2097152 bytes")
  }

  @Test func brokenHeadersEndIt() {
    var tar = TarWriter()
    tar.add("1.jpg", text("one"))
    let first = tar.bytes.count
    tar.add("2.jpg", text("two"))
    for index in [0, 99, 124, 148, 156, 300, 511] {
      var bytes = tar.bytes
      bytes[first + index] ^= 0x41
      let found = found(bytes)
      #expect(found.names == ["1.jpg"])
      #expect(found.damage?.offset == first, "\(index)")
    }
    for records in ["5 a=b", "x", "99 path=a\n", "0 a=b\n", "3 \n", "12345678901 a=b\n"] {
      var tar = TarWriter()
      tar.add("x", text(records), type: "x")
      tar.add("1.jpg", text("one"))
      #expect(found(tar.bytes).damage?.offset == 512, "\(records)")
    }
  }

  @Test func whatIsNotReadIsNamed() {
    var tar = TarWriter()
    tar.addExtended([("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")])
    tar.add("holes.jpg", text("one"))
    tar.add("old-holes.jpg", text("two"), type: "S", magic: "ustar ")
    let sparse = found(tar.bytes)
    #expect(sparse.names == ["holes.jpg", "old-holes.jpg"])
    #expect(sparse.problems.count == 2 && sparse.problems[0].contains("sparse"))
    let gzip = found([0x1F, 0x8B, 8] + [UInt8](repeating: 7, count: 600))
    #expect(gzip.damage?.reason.contains("gunzip") == true)
    #expect(found([]) == Found())
    #expect(found(text("no archive")).damage != nil)
    #expect(found([UInt8](repeating: 0x61, count: 2000)).damage?.offset == 0)
  }

  @Test(
    .enabled(if: TestData.collection != nil),
    arguments: [("imagenet-sample-0000", 1000), ("caltech-101-heldout-0000", 777)])
  func webDatasetShards(name: String, images: Int) throws {
    let file = try RegularFile(ofImages: TestData.collection("eval/\(name).tar").path)
    var archive = TarArchive(file)
    var count = 0
    while let member = try archive.next() {
      #expect(member.problem == nil)
      if member.name.hasSuffix(".jpg") {
        count += 1
        #expect(try file.read(at: member.offset, count: 3) == [0xFF, 0xD8, 0xFF])
      }
    }
    #expect(count == images)
  }
}
