import Foundation
import Testing
import VitTestSupport

/// A CLIP-style model through the command.
extension CommandTests {
  @Suite struct ClassifyLabelsTests {
    private let scratch = try! Scratch()
    private let model: String

    init() throws { model = try TinyCLIP.write(in: scratch.url).path }

    private func run(_ arguments: String...) throws -> VitCommand.Outcome {
      var command = VitCommand()
      command.environment = ["XDG_CACHE_HOME": scratch.path("caches")]
      return try command.run([arguments[0], "--model", model] + arguments.dropFirst())
    }

    private func classes(_ outcome: VitCommand.Outcome) throws -> [[String: Any]] {
      #expect(outcome.status == 0, "\(outcome.error)")
      return try #require(try outcome.objects()[0]["classes"] as? [[String: Any]])
    }

    private func number(_ item: [String: Any], _ key: String) throws -> Double {
      try #require(item[key] as? Double)
    }

    @Test func scoresAreTheCosinesThatSimilarityTells() throws {
      let found = try classes(
        run("classify", "--labels", "cat, dog,cup", "--format", "json", Photos.cat.path))
      #expect(Set(found.compactMap { $0["label"] as? String }) == ["cat", "dog", "cup"])
      #expect(abs(try found.reduce(0) { try $0 + number($1, "probability") } - 1) < 1e-5)
      let labels = ["cat", "dog", "cup"]
      let texts = labels.flatMap { ["--text", "a photo of a \($0)."] }
      let matrix = try VitCommand().run(
        ["similarity", "--model", model, "--format", "json", Photos.cat.path] + texts)
      let row = try #require(
        ((try matrix.json() as? [String: Any])?["cosine"] as? [[Double]])?.first)
      for item in found {
        let index = try #require(item["index"] as? Int)
        #expect(item["label"] as? String == labels[index])
        #expect(abs(try number(item, "score") - row[index]) < 1e-5)
      }
      #expect(Set(row).count == 3)
    }

    @Test func theTableHasProbabilityAndCosine() throws {
      let outcome = try run("classify", "--labels", "cat,dog", Photos.cat.path)
      #expect(outcome.status == 0)
      // On no terminal each line carries the file.
      #expect(outcome.lines.count == 2)
      for line in outcome.lines {
        #expect(line.hasPrefix("\(Photos.cat.path): "))
        let parts = line.dropFirst(Photos.cat.path.count + 1).split(separator: " ")
        #expect(parts.count == 4 && parts[1] == "%" && parts[2].contains("."))
      }
      let alone = try run("classify", "--labels", "cat,dog", "--multi-label", Photos.cat.path)
      #expect(alone.lines.allSatisfy { !$0.contains("%") })
    }

    @Test func multipleLabelsAreCosinesAlone() throws {
      let found = try classes(
        run(
          "classify", "--labels", "cat,dog", "--multi-label", "--format", "json",
          Photos.cat.path))
      for item in found { #expect(try number(item, "score") == number(item, "probability")) }
    }

    @Test func templatesChangeTheScores() throws {
      func scores(_ arguments: String...) throws -> [Double] {
        var command = VitCommand()
        command.environment = ["XDG_CACHE_HOME": scratch.path("caches")]
        let outcome = try command.run(
          ["classify", "--model", model, "--label", "cat", "--format", "json", Photos.cat.path]
            + arguments)
        return try classes(outcome).map { try number($0, "score") }
      }
      let plain = try scores()
      try scratch.write("templates.txt", Data("a photo of a {}.\n".utf8))
      #expect(try scores("--templates", scratch.path("templates.txt")) == plain)
      #expect(try scores("--template", "a cup of {}") != plain)
      #expect(try scores("--templates", "imagenet") != plain)
      let empty = try scratch.write("empty.txt", Data())
      let refused = try VitCommand().run(
        "classify", "--model", model, "--labels", "cat,dog", "--templates", empty, Photos.cat.path)
      #expect(refused.status == 65 && refused.error.contains("no templates in it"))
    }

    /// The vectors of many labels are kept, and the next run takes them from there.
    @Test func vectorsOfManyLabelsAreKept() throws {
      let names = (0..<1000).map { place in
        let letters = (0..<3).map { UInt8(ascii: "a") + UInt8(place / [1, 26, 676][$0] % 26) }
        return String(decoding: letters, as: UTF8.self)
      }
      try scratch.write("labels.txt", Data(names.joined(separator: "\n").utf8))
      let arguments = [
        "classify", "--model", model, "--labels-file", scratch.path("labels.txt"), "--format",
        "json", Photos.cat.path,
      ]
      var command = VitCommand()
      command.environment = ["XDG_CACHE_HOME": scratch.path("caches")]
      let first = try command.run(arguments)
      #expect(first.status == 0)
      let folder = scratch.url.appending(path: "caches/vit/labels")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.count == 1)
      let second = try command.run(arguments + ["--verbose"])
      #expect(second.text == first.text && second.error.contains("label vectors read"))
      // Other vectors in the file are noticed.
      let file = folder.appending(path: try #require(files.first))
      var bytes = try Data(contentsOf: file)
      let start = 8 + Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
      bytes.resetBytes(in: start..<bytes.count)
      try bytes.write(to: file)
      let third = try command.run(arguments)
      #expect(third.text == first.text && third.error.contains("damaged"))
      // What is no such file is made anew.
      try Data("damaged".utf8).write(to: file)
      #expect(try command.run(arguments).text == first.text)
    }

    @Test func textsThatAreEmptyLongOrOfAnotherEncoding() throws {
      try scratch.write("texts.txt", Data([0x63, 0x61, 0xE9, 0x0A]))
      let encoding = try run("embed", "--texts-file", scratch.path("texts.txt"))
      #expect(encoding.status == 65)
      #expect(encoding.error.contains("not UTF-8"))
      #expect(encoding.text == "")

      let empty = try run("tokenize", "--format", "json", "--text", "")
      #expect(empty.status == 0)
      #expect(try empty.objects()[0]["ids"] as? [Int] == [97, 98])

      try scratch.write("long.txt", Data(repeating: UInt8(ascii: "a"), count: 1 << 20))
      let long = try run("tokenize", "--format", "json", "--texts-file", scratch.path("long.txt"))
      #expect(long.status == 0)
      #expect((try long.objects()[0]["ids"] as? [Int])?.count == 12)
      #expect(try long.objects()[0]["truncated"] as? Bool == true)
      let embedded = try run("embed", "--texts-file", scratch.path("long.txt"))
      #expect(embedded.status == 0)
      #expect(embedded.error.contains("cut to the 12 tokens"))
    }

    @Test func aTextArgumentMustBeUTF8() throws {
      // Through a shell, because Foundation hands on only text.
      for option in ["--text", "--label", "--labels", "--template"] {
        let verb = option == "--text" ? "tokenize" : "classify --labels cat"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
          "-c", "exec \"$0\" \(verb) --model \"$1\" \(option) \"$(printf 'caf\\351 {}')\" \"$2\"",
          try VitCommand.binary.path, model, Photos.cat.path,
        ]
        let error = Pipe()
        process.standardError = error
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(
          decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
        #expect(text.contains("is not UTF-8"), "\(text)")
      }
    }

    @Test func templatesWithoutLabelsAreWrongUsage() throws {
      let outcome = try run("classify", "--template", "a {}", Photos.cat.path)
      #expect(outcome.status == 64)
      #expect(outcome.error.contains("--labels"))
    }

    /// The projection of texts has another size than that of images.
    @Test func towersThatDisagree() throws {
      let golden = try #require(try Golden.all("clip").first { $0.name == "openclip-average" })
      let folder = scratch.url.appending(path: "disagree")
      try FileManager.default.copyItem(at: golden.folder, to: folder)
      let file = folder.appending(path: "open_clip_model.safetensors")
      var bytes = try Data(contentsOf: file)
      let place = try #require(
        bytes.range(of: Data(#""text.text_projection":{"dtype":"BF16","shape":[24,24]"#.utf8)))
      // As many bytes in the header and in the tensor.
      bytes.replaceSubrange(
        place, with: Data(#""text.text_projection":{"dtype":"F32", "shape":[24,12]"#.utf8))
      try bytes.write(to: file)
      for arguments in [
        ["classify", "--labels", "cat,dog"], ["similarity", "--text", "a cat"],
        ["embed", "--text", "a cat"],
      ] {
        let outcome = try VitCommand().run(
          arguments + ["--model", folder.path, Photos.cat.path])
        #expect(outcome.status == 65)
        #expect(
          outcome.error.contains("embed_dim is 24, but the weights have 12"), "\(outcome.error)")
        #expect(outcome.text == "")
      }
      #expect(try VitCommand().run("embed", "--model", folder.path, Photos.cat.path).status == 0)
    }

    @Test func oneTowerSaysThatItIsAlone() throws {
      for (name, arguments, lacks) in [
        ("clip-text-v5", ["embed", Photos.cat.path], "image"),
        ("clip-vision-v5", ["embed", "--text", "a cat"], "text"),
        ("clip-text-v4", ["classify", "--labels", "cat", Photos.cat.path], "image"),
        ("clip-vision-v5", ["classify", "--labels", "cat", Photos.cat.path], "text"),
      ] {
        let golden = try #require(try Golden.all("clip").first { $0.name == name })
        let folder = try golden.modelFolder(in: scratch.url)
        let outcome = try VitCommand().run(arguments + ["--model", folder.path])
        #expect(outcome.status == 65, "\(name) \(arguments[0])")
        #expect(outcome.error.contains("no \(lacks)"), "\(outcome.error)")
        #expect(outcome.text == "")
      }
    }
  }
}
