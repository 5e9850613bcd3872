import Foundation
import Testing
import VitTestSupport

@testable import vit

extension CommandTests {
  @Suite struct FolderWalkTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func walk(_ rules: FileRules = FileRules()) -> FolderWalk {
      FolderWalk(folder: scratch.url.path, rules: rules)
    }

    private func names(_ walk: FolderWalk) -> [String] {
      walk.inputs.map { String($0.name.dropFirst(scratch.url.path.count + 1)) }
    }

    @Test func whatIsHiddenIsPassedOver() throws {
      for name in [
        "a.png", "@eaDir/a.png/SYNOPHOTO_THUMB_M.png", ".thumbnails/1.png", ".git/x",
        ".Trash-1000/files/gone.png", "._a.png", "__MACOSX/a.png", "b/.hidden.jpg",
        "b/#recycle/c.jpg",
      ] {
        try scratch.write(name, Data())
      }
      let found = walk()
      #expect(names(found) == ["a.png"])
      #expect(found.summary == "1 image, 8 hidden")
      #expect(names(walk(FileRules(readsHidden: true))).count == 8)
    }

    @Test func whatIsExcludedIsPassedOver() throws {
      for name in ["a.png", "b/a.png", "b/c/d.jpg", "small/e.jpg"] {
        try scratch.write(name, Data())
      }
      func left(_ patterns: String...) -> [String] {
        names(walk(FileRules(excluded: patterns.map { PathPattern(Array($0.utf8)) })))
      }
      #expect(left("small") == ["a.png", "b/a.png", "b/c/d.jpg"])
      #expect(left("b/*.png", "small") == ["a.png", "b/c/d.jpg"])
      #expect(left("*.png") == ["b/c/d.jpg", "small/e.jpg"])
      #expect(left("b/**") == ["a.png", "small/e.jpg"])
    }

    @Test func jpegsHaveManyEndings() throws {
      let images = ["b.jfif", "c.jpe", "d.PNG", "f.jpg_large", "g.jif", "h.JPEG"]
      for name in images + ["e", "x.psd", "jpg", "y.jpg.xmp"] { try scratch.write(name, Data()) }
      let found = walk()
      #expect(names(found) == images)
      #expect(found.otherFiles == 4)
    }

    @Test func aFolderOfShardsIsOfTheirImages() throws {
      for name in ["00001.tar", "00000.tar", "00000_stats.json"] { try scratch.write(name, Data()) }
      let found = walk()
      #expect(found.inputs.isEmpty)
      #expect(found.archives.map { String($0.suffix(9)) } == ["00000.tar", "00001.tar"])
      #expect(found.summary == "2 tar archives, 1 other file")
      // Beside images an archive is another file.
      try scratch.write("a.jpg", Data())
      #expect(walk().archives.isEmpty)
      #expect(walk().otherFiles == 3)
    }

    @Test func shardsAreNamedByTheirNumbers() throws {
      var tar = TarWriter()
      tar.add("000.png", [UInt8](try Data(contentsOf: Photos.coffee)))
      tar.add("._000.png", [0, 5, 22, 7])
      tar.end()
      for number in 0..<2 { try scratch.write("s/0000\(number).tar", Data(tar.bytes)) }
      try scratch.write("s.tar.gz", Data([0x1F, 0x8B]))
      var command = VitCommand()
      command.folder = scratch.url
      for input in ["s", "s/{00000..00001}.tar"] {
        let outcome = try command.run("classify", "--top", "1", "--format", "csv", input)
        #expect(outcome.status == 0)
        #expect(
          outcome.lines.dropFirst().map { $0.prefix { $0 != "," } }
            == ["s/00000.tar/000.png", "s/00001.tar/000.png"])
      }
      let packed = try command.run("classify", "s.tar.gz")
      #expect(packed.status == 1)
      #expect(packed.error.contains("gunzip"))
    }
  }
}
