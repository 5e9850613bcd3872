import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct ArchiveInputTests {
    private func vectors(_ outcome: VitCommand.Outcome) throws -> [(input: String, rest: String)] {
      try outcome.lines.map { line in
        let object = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let input = try #require(object["input"] as? String)
        return (input, line.components(separatedBy: "\", \"").dropFirst().joined())
      }
    }

    private func archive(_ files: [(String, URL)]) throws -> [UInt8] {
      var tar = TarWriter()
      for (name, url) in files {
        tar.add(name, Array(try Data(contentsOf: url)))
        tar.add(name.replacing(/\.[A-Za-z]+$/, with: ".json"), Array("{}".utf8))
      }
      return tar.bytes
    }

    @Test func membersAreInputs() throws {
      let scratch = try Scratch()
      let files = [
        ("b/cat.png", Photos.cat), ("a/shoes.jpg", Photos.shoes), ("coffee.PNG", Photos.coffee),
        ("coat.jpeg", Photos.coat), ("again.jpg", Photos.shoes),
      ]
      let tar = try scratch.write("shard.tar", Data(archive(files)))
      let outcome = try VitCommand().run("embed", Photos.cat.path, tar, Photos.cat.path)
      #expect(outcome.status == 0)
      #expect(outcome.error == "vit: \(tar): 5 images, 5 other files\n")
      let found = try vectors(outcome)
      let members = files.map { "\(tar)/\($0.0)" }
      #expect(found.map(\.input) == [Photos.cat.path] + members + [Photos.cat.path])
      let plain = try vectors(
        VitCommand().run(["embed"] + [Photos.cat.path] + files.map(\.1.path)))
      #expect(found.dropLast().map(\.rest) == plain.map(\.rest))
      // Named by a list, and a line at a time.
      let list = try VitCommand().run(
        "embed", "--quiet", "--format", "jsonl", "--files-from", "-", input: Data("\(tar)\n".utf8))
      #expect(try vectors(list).map(\.rest) == files.indices.map { plain[$0 + 1].rest })
    }

    @Test func aBrokenArchiveFailsAfterWhatCouldBeFound() throws {
      let scratch = try Scratch()
      let bytes = try archive([("1.jpg", Photos.shoes), ("2.jpg", Photos.coat)])
      let cut = try scratch.write("cut.tar", Data(bytes.prefix(bytes.count - 2000)))
      let inMember = try VitCommand().run("embed", "--quiet", cut, Photos.cat.path)
      #expect(inMember.status == 1)
      #expect(
        try vectors(inMember).map(\.input) == ["\(cut)/1.jpg", "\(cut)/2.jpg", Photos.cat.path])
      #expect(inMember.error.contains("\(cut)/2.jpg: the archive ends within it"))
      var junk = bytes
      let second = 512 + (try Data(contentsOf: Photos.shoes).count + 511) / 512 * 512
      junk[second] ^= 1
      let broken = try scratch.write("broken.tar", Data(junk))
      let outcome = try VitCommand().run("embed", "--quiet", broken, Photos.cat.path)
      #expect(outcome.status == 1)
      #expect(try vectors(outcome).map(\.input) == ["\(broken)/1.jpg", broken, Photos.cat.path])
      #expect(outcome.error.contains("\(broken): damaged at byte \(second)"))
      for (name, content, reason) in [
        ("empty.tar", [], "it is empty"), ("text.tar", Array("none".utf8), "ends within a header"),
        ("zip.tar", [0x1F, 0x8B] + [UInt8](repeating: 1, count: 600), "gunzip"),
      ] {
        let path = try scratch.write(name, Data(content))
        let outcome = try VitCommand().run("embed", path)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("\(path): ") && outcome.error.contains(reason))
      }
    }

    @Test func archivesGoIntoFoldersOfParts() throws {
      let scratch = try Scratch()
      let photos = [Photos.shoes, Photos.coat, Photos.cat]
      let tars = try (0..<3).map { shard in
        try scratch.write(
          "\(shard).tar",
          Data(archive((0..<3).map { ("\($0).jpg", photos[($0 + shard) % 3]) })))
      }
      let base = ["embed", "--quiet", "--part-size", "2", "--output"]
      #expect(try VitCommand().run(base + [scratch.path("whole") + "/"] + tars).status == 0)
      for shard in 0..<2 {
        let folder = scratch.path("s\(shard)") + "/"
        #expect(try VitCommand().run(base + [folder, "--shard", "\(shard)/2"] + tars).status == 0)
      }
      #expect(
        try VitCommand().run(
          "merge", scratch.path("s0"), scratch.path("s1"), "--output", scratch.path("joined")
        ).status == 0)
      for name in ["manifest.json", "part-00004.npy", "part-00004.jsonl"] {
        #expect(try scratch.data("joined/\(name)") == scratch.data("whole/\(name)"))
      }
      #expect(try scratch.text("whole/part-00004.jsonl").contains("2.tar/2.jpg"))
    }
  }
}
