import Foundation
import Testing
import VitSystem
import VitTensor

@testable import VitKit

@Suite(.serialized) struct VectorFolderTests {
  private typealias Fixture = VectorFolderFixture

  private func with(_ body: (VectorFolderFixture) throws -> Void) throws {
    let fixture = try VectorFolderFixture()
    defer { fixture.remove() }
    try body(fixture)
  }

  @Test(arguments: [(1, 10), (10, 10), (57, 10), (57, 1), (57, 100)])
  func rowsAndNamesComeBack(count: Int, partSize: Int) throws {
    try with { fixture in
      try fixture.write("v", count: count, partSize: partSize)
      let folder = try VectorFolder(path: fixture.path("v"))
      let kept = (0..<count).filter { Fixture.vector($0) != nil }
      #expect(folder.count == kept.count)
      #expect(folder.embeddingSize == Fixture.size)
      for (row, index) in kept.enumerated() {
        #expect(folder.vector(row) == Fixture.vector(index))
      }
      let names = Fixture.names(count)
      let asked = Array((0..<kept.count).reversed())
      #expect(try folder.inputs(ofRows: asked) == asked.map { names[kept[$0]] })
      let manifest = try #require(try VectorManifest.read(folder: fixture.path("v")))
      #expect(manifest.isComplete)
      #expect(
        manifest.failures.map(\.input) == names.indices.filter { $0 % 7 == 3 }.map { names[$0] })
      #expect(manifest.failures.first?.reason == (count > 3 ? "broken 3" : nil))
    }
  }

  @Test(arguments: [1, 2, 3, 7]) func shardsJoinToTheSameBytes(shards: Int) throws {
    try with { fixture in
      try fixture.write("whole", count: 57, partSize: 10)
      for shard in 0..<shards {
        try fixture.write("s\(shard)", count: 57, partSize: 10, shard: "\(shard)/\(shards)")
      }
      let folders = (0..<shards).reversed().map { fixture.path("s\($0)") }
      try VectorFolder.merge(folders, into: fixture.path("joined"))
      #expect(try fixture.contents("joined") == fixture.contents("whole"))
    }
  }

  @Test(arguments: [0, 5, 10, 36]) func whatWasBrokenOffGoesOn(most: Int) throws {
    try with { fixture in
      try fixture.write("whole", count: 57, partSize: 10)
      try fixture.write("v", count: 57, partSize: 10, most: most)
      #expect(throws: VectorFolderError.self) { try VectorFolder(path: fixture.path("v")) }
      // What a kill in the middle of a write leaves.
      try Data([1, 2]).write(to: fixture.url.appending(path: "v/part-00003.npy.part.aBc123"))
      try fixture.write("v", count: 57, partSize: 10, resumes: true)
      #expect(try fixture.contents("v") == fixture.contents("whole"))
      // Once more: there is nothing to do.
      try fixture.write("v", count: 57, partSize: 10, resumes: true, most: 0)
      #expect(try fixture.contents("v") == fixture.contents("whole"))
    }
  }

  /// A part that a power cut left short or without its lines is made again.
  @Test func aPartThatIsNotWholeIsMadeAgain() throws {
    try with { fixture in
      try fixture.write("whole", count: 30, partSize: 10)
      try fixture.write("v", count: 30, partSize: 10)
      let part = fixture.url.appending(path: "v/part-00001.npy")
      try Data(try Data(contentsOf: part).dropLast(7)).write(to: part)
      try FileManager.default.removeItem(atPath: fixture.path("v/part-00002.jsonl"))
      #expect(throws: VectorFolderError.self) { try VectorFolder(path: fixture.path("v")) }
      try fixture.write("v", count: 30, partSize: 10, resumes: true)
      #expect(try fixture.contents("v") == fixture.contents("whole"))
    }
  }

  /// Of other bits, whatever wrote them, or of another run.
  @Test func aPartOfOtherBitsIsMadeAgain() throws {
    try with { fixture in
      try fixture.write("whole", count: 30, partSize: 10)
      try fixture.write("other", count: 30, partSize: 10, model: "b")
      try fixture.write("v", count: 30, partSize: 10)
      let part = fixture.url.appending(path: "v/part-00001.npy")
      var bytes = try Data(contentsOf: part)
      bytes[bytes.count - 2] ^= 1
      try bytes.write(to: part)
      for ending in ["npy", "jsonl"] {
        let place = fixture.url.appending(path: "v/part-00002.\(ending)")
        try Data(contentsOf: fixture.url.appending(path: "other/part-00002.\(ending)"))
          .write(to: place)
      }
      try fixture.write("v", count: 30, partSize: 10, resumes: true)
      #expect(try fixture.contents("v") == fixture.contents("whole"))
    }
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func otherInputsAndOptionsAreRefused() throws {
    try with { fixture in
      try fixture.write("v", count: 30, partSize: 10, most: 12)
      let before = try fixture.contents("v")
      #expect(
        refusal { try fixture.write("v", count: 30, partSize: 10) }
          .contains("it holds vectors already); go on with them (`vit embed --resume`)"))
      func resume(_ count: Int, _ size: Int, _ shard: String, _ model: String) -> String {
        refusal {
          try fixture.write(
            "v", count: count, partSize: size, shard: shard, resumes: true, model: model)
        }
      }
      let differs = "differs from this run in"
      #expect(resume(31, 10, "0/1", "a").contains("\(differs) inputs; "))
      #expect(resume(30, 11, "0/1", "a").contains("\(differs) part_size; "))
      #expect(resume(30, 10, "0/2", "a").contains("\(differs) shard (0/2, not 0/1); "))
      #expect(
        resume(30, 10, "0/1", "b").contains("\(differs) made_with.weights_sha256 (b…, not a…); "))
      #expect(try fixture.contents("v") == before)
    }
  }

  @Test func mixturesAreNotJoined() throws {
    try with { fixture in
      for shard in 0..<3 {
        try fixture.write("s\(shard)", count: 57, partSize: 10, shard: "\(shard)/3")
      }
      try fixture.write("other", count: 57, partSize: 10, shard: "2/3", model: "b")
      try fixture.write("broken", count: 57, partSize: 10, shard: "2/3", most: 12)
      func merge(_ names: [String]) -> String {
        refusal {
          try VectorFolder.merge(names.map(fixture.path), into: fixture.path("joined"))
        }
      }
      #expect(merge(["s0", "s1", "other"]).contains("made_with.weights_sha256 (b…, not a…)"))
      #expect(merge(["s0", "s1"]).contains("2 of 6 parts missing (2, 5)"))
      #expect(merge(["s0", "s1", "s2", "s1"]).contains("part 1 is in "))
      #expect(merge(["s0", "s1", "broken"]).contains("its run has not finished"))
      #expect(merge(["s0", "nothing"]).contains("no folder of vectors is there"))
      #expect(!FileManager.default.fileExists(atPath: fixture.path("joined")))
      // A manifest that claims other inputs.
      let text = try #require(try VectorManifest.read(folder: fixture.path("s2"))).text
      let hash = Fixture.job(57, partSize: 10).inputsHash
      for shard in 0..<3 {
        let place = fixture.url.appending(path: "s\(shard)/manifest.json")
        let text = try String(contentsOf: place, encoding: .utf8)
        try text.replacing(hash, with: String(hash.reversed())).write(
          to: place, atomically: true, encoding: .utf8)
      }
      #expect(merge(["s0", "s1", "s2"]).contains("its inputs are not those"))
      for shard in 0..<3 {
        let place = fixture.url.appending(path: "s\(shard)/manifest.json")
        let text = try String(contentsOf: place, encoding: .utf8)
        try text.replacing(String(hash.reversed()), with: hash).write(
          to: place, atomically: true, encoding: .utf8)
      }
      #expect(try #require(try VectorManifest.read(folder: fixture.path("s2"))).text == text)
      // A part that is not the one of the manifest.
      let part = fixture.url.appending(path: "s1/part-00004.npy")
      var bytes = try Data(contentsOf: part)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: part)
      #expect(
        merge(["s0", "s1", "s2"])
          .contains("part-00004.jsonl: names other vectors by their SHA-256"))
      #expect(!FileManager.default.fileExists(atPath: fixture.path("joined")))
    }
  }

  /// A photograph that was replaced since has another size or time: its part is made again, the others
  /// are not.
  @Test(arguments: [(5, 1_700_000_000_000_000), (4, 1_700_000_000_000_001)])
  func whatChangedSinceIsMadeAgain(byteCount: Int, modified: Int) throws {
    try with { fixture in
      try fixture.write("v", count: 57, partSize: 10)
      var inputs = Fixture.inputs(57)
      inputs[24] = VectorInput(
        name: inputs[24].name, stamp: FileStamp(byteCount: byteCount, modified: modified))
      let writer = try VectorFolderWriter(
        folder: fixture.path("v"), job: Fixture.job(57, partSize: 10), shard: .whole,
        inputs: inputs, resumes: true)
      #expect(writer.pending == [20..<30])
      #expect(writer.damaged == 1)
      #expect(try VectorManifest.read(folder: fixture.path("v"))?.isComplete == false)
    }
  }

  /// Which kernels computed and which version wrote is kept and never compared; the precision is.
  @Test func anUpgradeInvalidatesNothing() throws {
    try with { fixture in
      func writer(_ madeWith: ExactDictionary<String>) throws -> VectorFolderWriter {
        var job = Fixture.job(57, partSize: 10)
        job.madeWith = madeWith
        return try VectorFolderWriter(
          folder: fixture.path("v"), job: job, shard: .whole, inputs: Fixture.inputs(57),
          resumes: true)
      }
      try fixture.write("v", count: 57, partSize: 10)
      #expect(
        try writer([
          "weights_sha256": "a", "kernel_set": "avx2", "producer": "vit 9", "model": "x",
          "towers": "image: 3 heads",
        ]).pending == [])
      for changed: ExactDictionary<String> in [
        ["weights_sha256": "b"], ["weights_sha256": "a", "precision": "int8"],
        ["weights_sha256": "a", "normalized": "false"],
      ] {
        #expect(throws: VectorFolderError.self) { _ = try writer(changed) }
      }
    }
  }

  /// A kill between the names of a part's two files leaves the lines of a new part beside the vectors
  /// of an old one.
  @Test func linesOfOtherVectorsAreNoPart() throws {
    try with { fixture in
      try fixture.write("v", count: 20, partSize: 10, most: 10)
      let part = fixture.url.appending(path: "v/part-00000.npy")
      var bytes = try Data(contentsOf: part)
      bytes[bytes.count - 2] ^= 1
      try bytes.write(to: part)
      let writer = try VectorFolderWriter(
        folder: fixture.path("v"), job: Fixture.job(20, partSize: 10), shard: .whole,
        inputs: Fixture.inputs(20), resumes: true)
      #expect(writer.pending == [0..<10, 10..<20])
      #expect(writer.damaged == 1)
    }
  }

  /// Names are read only where they are those of the manifest.
  @Test func namesThatTheManifestDoesNotKnowAreRefused() throws {
    try with { fixture in
      try fixture.write("v", count: 20, partSize: 10)
      let lines = fixture.url.appending(path: "v/part-00001.jsonl")
      let text = try String(contentsOf: lines, encoding: .utf8)
      try text.replacing("photos/12", with: "photos/99").write(
        to: lines, atomically: true, encoding: .utf8)
      let folder = try VectorFolder(path: fixture.path("v"))
      #expect(try folder.inputs(ofRows: [0]) == [Fixture.names(1)[0]])
      #expect(throws: VectorFolderError.self) { try folder.inputs(ofRows: [10]) }
    }
  }

  @Test func oneProcessWritesAtATime() throws {
    try with { fixture in
      let names = Fixture.inputs(5)
      let first = try VectorFolderWriter(
        folder: fixture.path("v"), job: Fixture.job(5, partSize: 2), shard: .whole, inputs: names,
        resumes: false)
      let said = refusal { try fixture.write("v", count: 5, partSize: 2, resumes: true) }
      #expect(said.contains("another process is writing into it"))
      withExtendedLifetime(first) {}
    }
  }

  /// Whatever a manifest says, it is read or refused.
  @Test func damagedManifestsAreRefused() throws {
    try with { fixture in
      try fixture.write("v", count: 30, partSize: 10)
      let url = fixture.url.appending(path: "v/manifest.json")
      let text = try String(contentsOf: url, encoding: .utf8)
      for (old, new) in [
        ("vit vectors 1", "vit vectors 2"), ("\"part_size\": 10", "\"part_size\": 0"),
        ("\"part_size\": 10", "\"part_size\": 9"), ("\"input_count\": 30", "\"input_count\": -1"),
        ("\"input_count\": 30", "\"input_count\": 9000000000000000000"),
        ("\"part\":1", "\"part\":0"), ("\"part\":1", "\"part\":7"),
        ("\"vectors\":8", "\"vectors\":9"), ("\"embedding_size\": 33", "\"embedding_size\": 34"),
        ("\"shard\": \"0/1\"", "\"shard\": \"1/1\""), ("{\n", "[\n"),
      ] {
        #expect(text.contains(old), "\(old)")
        let range = try #require(text.range(of: old))
        try Data(text.replacingCharacters(in: range, with: new).utf8).write(to: url)
        #expect(throws: VectorFolderError.self, "\(old)") {
          try VectorFolder(path: fixture.path("v"))
        }
      }
      for count in stride(from: 0, to: text.utf8.count - 2, by: 37) {
        try Data(text.utf8.prefix(count)).write(to: url)
        #expect(throws: VectorFolderError.self) { try VectorFolder(path: fixture.path("v")) }
      }
    }
  }

  @Test func shardsAreTold() {
    #expect(VectorManifest.Shard("2/3")?.text == "2/3")
    for text in ["3/3", "-1/3", "0/0", "1", "1/2/3", "a/b", "", "/"] {
      #expect(VectorManifest.Shard(text) == nil, "\(text)")
    }
  }
}
