import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct FolderEmbeddingTests {
    /// Nineteen small images, two of them broken.
    private func photos(_ scratch: Scratch) throws -> String {
      let names = ["basn0g08", "basn2c08", "basn3p08", "basn4a08", "basn6a08", "basi2c08"]
      for index in 0..<19 {
        let source = TestData.committed("images/pngsuite/\(names[index % names.count]).png")
        let data = try Data(contentsOf: source)
        let number = String(format: "%02d", index)
        try scratch.write(
          "photos/\(number).png", index % 8 == 5 ? Data(data.prefix(20)) : data)
      }
      return scratch.path("photos")
    }

    private func contents(_ scratch: Scratch, _ folder: String) throws -> [String: Data] {
      try Dictionary(
        uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: scratch.path(folder))
          .map { ($0, try scratch.data("\(folder)/\($0)")) })
    }

    private func manifest(_ scratch: Scratch, _ folder: String) throws -> [String: Any] {
      try #require(
        JSONSerialization.jsonObject(with: scratch.data("\(folder)/manifest.json"))
          as? [String: Any])
    }

    @Test func aFolderHoldsPartsAndAManifest() throws {
      let scratch = try Scratch()
      let photos = try photos(scratch)
      let outcome = try VitCommand().run(
        "embed", "--quiet", "--output", scratch.path("v") + "/", "--part-size", "8", photos)
      #expect(outcome.status == 1)
      #expect(outcome.text == "")
      #expect(
        try contents(scratch, "v").keys.sorted() == [
          "manifest.json", "part-00000.jsonl", "part-00000.npy", "part-00001.jsonl",
          "part-00001.npy", "part-00002.jsonl", "part-00002.npy",
        ])
      let manifest = try manifest(scratch, "v")
      #expect(manifest["complete"] as? Bool == true)
      #expect(manifest["input_count"] as? Int == 19)
      #expect(manifest["vector_count"] as? Int == 17)
      #expect(manifest["failed_count"] as? Int == 2)
      let failures = try #require(manifest["failures"] as? [[String: Any]])
      #expect(failures.map { $0["part"] as? Int } == [0, 1])
      #expect((failures[1]["input"] as? String)?.hasSuffix("/13.png") == true)
      let made = try #require(manifest["made_with"] as? [String: String])
      for key in ["weights_sha256", "preprocessing", "precision", "kernel_set", "normalized"] {
        #expect(made[key]?.isEmpty == false, "\(key)")
      }
      // The parts together are what one file would hold.
      _ = try VitCommand().run("embed", "--quiet", "--output", scratch.path("one.npy"), photos)
      let parts = try (0..<3).flatMap { try NPYFile(scratch.data("v/part-0000\($0).npy")).values }
      #expect(try parts == NPYFile(scratch.data("one.npy")).values)
      let lines = try scratch.text("v/part-00001.jsonl").split(separator: "\n")
      #expect(lines.count == 8)
      #expect(lines[5].contains("\"error\""))
      // A part is a file of vectors like any other.
      let near = try VitCommand().run(
        "similarity", "--vectors", scratch.path("v/part-00001.npy"), "--best", "1", "--format",
        "csv", photos + "/09.png")
      #expect(near.status == 0)
      #expect(near.lines.last?.contains("/09.png,1,") == true)
    }

    @Test(arguments: [1, 2, 3]) func theMergedResultIsTheSameToTheByte(shards: Int) throws {
      let scratch = try Scratch()
      let photos = try photos(scratch)
      _ = try VitCommand().run(
        "embed", "--quiet", "--output", scratch.path("whole") + "/", "--part-size", "4", photos)
      for shard in 0..<shards {
        let outcome = try VitCommand().run(
          "embed", "--quiet", "--output", scratch.path("shard-\(shard)") + "/", "--part-size", "4",
          "--shard", "\(shard)/\(shards)", "--threads", "\(shard + 1)", "--batch-size", "3", photos)
        #expect(outcome.status == 0 || outcome.status == 1)
      }
      let merged = try VitCommand().run(
        ["merge", "--output", scratch.path("merged"), "--format", "json"]
          + (0..<shards).map { scratch.path("shard-\($0)") })
      #expect(merged.status == 0)
      let answer = try #require(try merged.json() as? [String: Any])
      #expect(answer["vectors"] as? Int == 17)
      #expect(try contents(scratch, "merged") == contents(scratch, "whole"))
      let again = try VitCommand().run(
        "merge", scratch.path("shard-0"), "--output", scratch.path("merged"))
      #expect(again.status == (shards == 1 ? 74 : 65))
    }

    /// Kills the process once a part is there.
    @Test(arguments: [SIGKILL, SIGINT]) func whatWasKilledGoesOn(signal: Int32) throws {
      let scratch = try Scratch()
      let inputs = (0..<120).map { [Photos.coffee, Photos.cat, Photos.coat][$0 % 3].path }
      let list = try scratch.write("list", Data(inputs.joined(separator: "\n").utf8))
      let arguments = { (folder: String) in
        [
          "embed", "--quiet", "--output", scratch.path(folder) + "/", "--part-size", "7",
          "--files-from", list, "--resume",
        ]
      }
      let process = try VitCommand().process(arguments("v"))
      process.standardError = FileHandle.nullDevice
      try process.run()
      let part = scratch.path("v/part-00001.npy")
      while process.isRunning, !FileManager.default.fileExists(atPath: part) { usleep(2000) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if signal == SIGINT { #expect(process.terminationStatus == 130) }
      #expect(try manifest(scratch, "v")["complete"] as? Bool == false)
      #expect(!FileManager.default.fileExists(atPath: scratch.path("v/part-00017.npy")))
      let kept = try scratch.data("v/part-00000.npy")
      let unfinished = try VitCommand().run(
        "similarity", "--vectors", scratch.path("v"), "--best", "1", Photos.cat.path)
      #expect(unfinished.status == 65)
      #expect(unfinished.error.contains("has not finished"))
      let refused = try VitCommand().run(arguments("v") + [Photos.cat.path])
      #expect(refused.status == 65)
      #expect(refused.error.contains("differs from this run in inputs"))
      #expect(try VitCommand().run(arguments("v") + ["--raw"]).status == 65)
      #expect(try VitCommand().run(arguments("v").dropLast() + []).status == 74)

      #expect(try VitCommand().run(arguments("v")).status == 0)
      #expect(try VitCommand().run(arguments("whole")).status == 0)
      #expect(try contents(scratch, "v") == contents(scratch, "whole"))
      #expect(try scratch.data("v/part-00000.npy") == kept)
    }

    /// Failures of parts that are there already count too.
    @Test func aResumedRunTellsOfEarlierFailures() throws {
      let scratch = try Scratch()
      let arguments = [
        "embed", "--output", scratch.path("v") + "/", "--resume", try photos(scratch),
      ]
      #expect(try VitCommand().run(arguments).status == 1)
      let again = try VitCommand().run(arguments)
      #expect(again.status == 1)
      #expect(again.error.contains("1 parts are there already"))
      #expect(again.error.contains("2 of 19 inputs failed"))
    }

    @Test func theNearestOfAFolder() throws {
      let scratch = try Scratch()
      let photos = try photos(scratch)
      _ = try VitCommand().run(
        "embed", "--quiet", "--output", scratch.path("v") + "/", "--part-size", "4", photos)
      _ = try VitCommand().run("embed", "--quiet", "--output", scratch.path("one.npy"), photos)
      for format in ["json", "csv", "table"] {
        var answers: [String] = []
        for vectors in ["v", "one.npy"] {
          let outcome = try VitCommand().run(
            "similarity", "--vectors", scratch.path(vectors), "--best", "3", "--format",
            format, photos + "/07.png", Photos.cat.path)
          #expect(outcome.status == 0)
          answers.append(outcome.text)
        }
        if format == "json" {
          let object = try #require(
            try JSONSerialization.jsonObject(with: Data(answers[0].utf8)) as? [String: Any])
          let best = try #require(object["best"] as? [[[String: Any]]])
          #expect(best.map(\.count) == [3, 3])
          // Of images that are alike the first comes first.
          #expect((best[0][0]["input"] as? String)?.hasSuffix("/01.png") == true)
        } else {
          // Cosines may differ in the last digit; names and order do not.
          let names = answers.map { $0.matches(of: /\d\d\.png/).map(\.output) }
          #expect(names[0] == names[1] && names[0].count >= 6)
        }
      }
    }

    /// Saved vectors meet saved vectors, without a model.
    @Test func vectorsAreComparedWithAFolder() throws {
      let scratch = try Scratch()
      let photos = try photos(scratch)
      _ = try VitCommand().run(
        "embed", "--quiet", "--output", scratch.path("v") + "/", "--part-size", "4", photos)
      _ = try VitCommand().run("embed", "--output", scratch.path("q.npy"), photos + "/08.png")
      var command = VitCommand()
      command.environment = ["VIT_MODEL": "no/such-model"]
      let columns = ["--vectors", scratch.path("q.npy"), "--vectors", scratch.path("v")]
      let outcome = try command.run(
        ["similarity", "--best", "2", "--format", "csv"] + columns)
      #expect(outcome.status == 0)
      #expect(outcome.lines.count == 3)
      #expect(outcome.lines[1].contains("/08.png,1,") && outcome.lines[1].contains("/02.png,"))
      // Of another model, and of another size.
      let text = try scratch.text("q.jsonl").replacingOccurrences(
        of: "\"weights_sha256\": \"", with: "\"weights_sha256\": \"0")
      try scratch.write("q.jsonl", Data(text.utf8))
      let other = try command.run(["similarity", "--best", "2"] + columns)
      #expect(other.status == 65)
      #expect(other.error.contains("made by another model"))
      #expect(
        try command.run(["similarity", "--best", "2", Photos.cat.path] + columns).status == 64)
    }

    @Test(arguments: [
      ["embed", "--resume", "--output", "v.npy", "a.png"], ["embed", "--shard", "0/2", "a.png"],
      ["embed", "--output", "v/", "--shard", "2/2", "a.png"],
      ["embed", "--output", "v/", "--part-size", "0", "a.png"],
      ["embed", "--output", "v/", "--format", "csv", "a.png"],
      ["embed", "--output", "v/", "--text", "a"], ["merge", "a"], ["merge", "--output", "b"],
      ["similarity", "--vectors", "/", "a.png"], ["similarity", "--vectors", "/"],
    ])
    func wrongUsageIs64(arguments: [String]) throws {
      #expect(try VitCommand().run(arguments).status == 64)
    }

    /// A file system that takes no more: the run ends with 74, leaves no half part, and goes on.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func aFullDiskIs74() throws {
      let scratch = try Scratch()
      let arguments = [
        "embed", "--quiet", "--output", scratch.path("v") + "/", "--part-size", "19", "--resume",
        try photos(scratch),
      ]
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      // The largest file is 8 KiB; a part has 13.
      process.arguments =
        ["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash", try VitCommand.binary.path]
        + arguments
      let error = Pipe()
      process.standardError = error
      try process.run()
      let said = String(
        decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
      #expect(said.contains("part-00000.npy: cannot be written (File too large)"), "\(said)")
      #expect(try contents(scratch, "v").keys.sorted() == ["manifest.json", "part-00000.jsonl"])
      #expect(try VitCommand().run(arguments).status == 1)
      #expect(try manifest(scratch, "v")["complete"] as? Bool == true)
    }

    @Test func aFolderThatCannotBeMadeIs74() throws {
      let outcome = try VitCommand().run(
        "embed", "--output", "/nowhere/at/all/", Photos.shoes.path)
      #expect(outcome.status == 74)
      #expect(outcome.error.contains("make the folder above it first"))
    }
  }
}
