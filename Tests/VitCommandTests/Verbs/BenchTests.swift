import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct BenchTests {
    /// Rows of a run in JSON.
    private func rows(_ arguments: String...) throws -> [[String: Any]] {
      let outcome = try VitCommand().run(
        ["bench"] + arguments + ["--seconds", "0", "--format", "json"])
      #expect(outcome.status == 0)
      #expect(outcome.error == "")
      return try outcome.objects()
    }

    private func number(_ row: [String: Any], _ key: String) throws -> Double {
      try #require(row[key] as? Double, "no \(key)")
    }

    @Test func aPresetInEachBatchSize() throws {
      let rows = try rows(
        "--model", "vit-tiny", "--batch-size", "1,3", "--precision", "int8")
      #expect(rows.count == 2)
      #expect(rows.map { $0["batch_size"] as? Int } == [1, 3])
      for row in rows {
        #expect(row["model"] as? String == "vit-tiny")
        #expect(row["precision"] as? String == "int8")
        // 196 patches of 768 elements; 11 blocks of 197 tokens and one of the class token, which
        // reads keys and values of all.
        let patches = 196 * 768 * 192
        let blocks = 11 * 197 * 192 * (4 * 192 + 2 * 768)
        let last = 192 * (197 * 2 * 192 + 2 * 192 + 2 * 768)
        let attention = 2 * 192 * (11 * 197 * 197 + 197)
        let linear = patches + blocks + last
        #expect(row["multiply_adds_per_image"] as? Int == linear + attention)
        let share = Double(linear) / Double(linear + attention)
        #expect(abs(try number(row, "int8_share") - share) < 1e-9)
        let (best, p50, p95) = (
          try number(row, "best_ms"), try number(row, "p50_ms"), try number(row, "p95_ms")
        )
        #expect(0 < best && best <= p50 && p50 <= p95)
        #expect(try number(row, "images_per_second") > 0)
        #expect(try number(row, "processor_ms") > 0)
        // The weights in 8 bits, and at least they are resident.
        let bytes = try number(row, "weight_bytes")
        #expect(bytes > 5.4e6 && bytes < 7e6)
        #expect(try number(row, "peak_memory_bytes") > bytes)
        #expect(row["kernel_set"] is String)
        #expect(row["threads"] as? Int ?? 0 >= 1)
      }
    }

    @Test func textTowersGetCaptionsOfOneLength() throws {
      let rows = try rows(
        "--model", "clip-vit-base-32-text", "--batch-size", "1,3", "--caption-tokens", "9")
      #expect(rows.map { $0["batch_size"] as? Int } == [1, 3])
      for row in rows {
        // 11 blocks of 9 tokens of 512 channels, each of which sees itself and those before it, and
        // one of the last token.
        let block = 9 * 512 * (4 * 512 + 2 * 2048) + 9 * 10 * 512
        let last = 512 * (9 * 2 * 512 + 2 * 512 + 2 * 2048) + 2 * 9 * 512
        #expect(row["multiply_adds_per_text"] as? Int == 11 * block + last)
        #expect(row["tokens_per_text"] as? Int == 9)
        #expect(try number(row, "texts_per_second") > 0)
        #expect(row["images_per_second"] == nil)
        // 37.8 million weights in float32.
        #expect(try abs(number(row, "weight_bytes") / 151e6 - 1) < 0.01)
      }
      let tooLong = try VitCommand().run(
        "bench", "--model", "clip-vit-base-32-text", "--caption-tokens", "78")
      #expect(tooLong.status == 64)
      #expect(tooLong.error.contains("at most 77 tokens"))
    }

    @Test func aModelOfTextsAloneIsMeasuredByItsTextTower() throws {
      let folder = TestData.committed("goldens/clip/clip-text-v5")
      let scratch = try Scratch()
      let model = try #require(
        try Golden.all("clip").first { $0.folder.lastPathComponent == folder.lastPathComponent }
      ).modelFolder(in: scratch.url)
      let row = try #require(try rows("--model", model.path, "--batch-size", "2").first)
      #expect(row["tokens_per_text"] as? Int == 16)
    }

    @Test func fractionsAreOfThePeakAndOfTheSlowerLimit() throws {
      let rows = try rows("--model", "box", "--batch-size", "2", "--threads", "1")
      let row = try #require(rows.first)
      #expect(row["precision"] as? String == "float32")
      #expect(row["threads"] as? Int == 1)
      #expect(row["int8_share"] as? Double == 0)
      let operations = try 2 * 2 * number(row, "multiply_adds_per_image")
      let peak = try number(row, "peak_operations_per_second")
      let atPeak = operations / peak
      let reading = try number(row, "weight_bytes") / number(row, "memory_bytes_per_second")
      for (prefix, time) in [("", "best_ms"), ("p50_", "p50_ms")] {
        let seconds = try number(row, time) / 1000
        let peakFraction = try number(row, "\(prefix)peak_fraction")
        let limitFraction = try number(row, "\(prefix)limit_fraction")
        #expect(abs(peakFraction - atPeak / seconds) < 1e-6)
        #expect(abs(limitFraction - max(atPeak, reading) / seconds) < 1e-6)
        // Nothing is faster than what was measured as the most.
        #expect(0 < peakFraction && peakFraction <= 1.05)
      }
    }

    @Test func roundsAnswerEachRequest() throws {
      let outcome = try VitCommand().run(
        "bench", "rounds", "--threads", "1", "--precision", "bfloat16",
        input: Data("1 0\n2 0.05\n".utf8))
      #expect(outcome.status == 0 && outcome.error == "")
      let rows = try outcome.lines.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(rows.map { $0["batch_size"] as? Int } == [1, 2])
      for row in rows {
        #expect(row["precision"] as? String == "bfloat16" && row["threads"] as? Int == 1)
        let runs = try #require(row["runs_ms"] as? [Double])
        #expect(runs.count >= 2 && runs.allSatisfy { $0 > 0 })
      }
      let wrong = try VitCommand().run("bench", "rounds", input: Data("8\n".utf8))
      #expect(wrong.status == 65 && wrong.error.contains("\"8\" is no request"))
      let two = try VitCommand().run("bench", "rounds", "--precision", "float32,int8")
      #expect(two.status == 64)
    }

    @Test func imagesByStageAndBadOnesAreTold() throws {
      let scratch = try Scratch()
      try scratch.write("broken.jpg", Data("no image".utf8))
      let outcome = try VitCommand().run(
        "bench", "decode", scratch.path("broken.jpg"), Photos.coat.path, "--seconds", "0",
        "--format", "jsonl")
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix("vit: \(scratch.path("broken.jpg")): "))
      #expect(outcome.lines.count == 1)
      #expect(outcome.text.contains("\"stage\": \"decode\""))

      let rows = try rows("preprocess", Photos.coat.path)
      #expect(rows.map { $0["stage"] as? String } == ["preprocess", "decode_and_preprocess"])
      for row in rows {
        let pixels = try number(row, "width_px") * number(row, "height_px")
        let seconds = try number(row, "best_ms") / 1000
        let rate = try number(row, "megapixels_per_second")
        #expect(abs(rate / (pixels / seconds / 1e6) - 1) < 1e-6)
      }
    }

    @Test func tablesHaveALineAMeasurement() throws {
      let outcome = try VitCommand().run(
        "bench", "decode", Photos.coat.path, Photos.shoes.path, "--seconds", "0")
      #expect(outcome.status == 0)
      // The machine, the heading and two measurements.
      #expect(outcome.lines.count == 4)
      #expect(outcome.lines[1].hasPrefix("input"))
      #expect(outcome.lines[2].hasPrefix(Photos.coat.path))
    }

    @Test func tokenizerFromTheCommandLine() throws {
      let scratch = try Scratch()
      try scratch.write("none.txt", Data())
      let outcome = try VitCommand().run(
        "bench", "tokenize", "--tokenizer", scratch.url.path, scratch.path("none.txt"))
      #expect(outcome.status == 65)
      #expect(outcome.text == "")

      try scratch.write("texts.txt", Data("a cat\na dog on a beach\n".utf8))
      let vocabulary = TestData.committed
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/CTextData/bpe_simple_vocab_16e6.txt.gz")
      let row = try #require(
        try rows("tokenize", "--tokenizer", vocabulary.path, scratch.path("texts.txt")).first)
      #expect(row["text_count"] as? Int == 2)
      #expect(row["token_count"] as? Int == 4 + 7)
      #expect(try number(row, "first_pass_ms") > 0)
    }

    @Test func wrongUsageAndUnknownModels() throws {
      for arguments in [
        ["--batch-size", "1,zero"], ["--batch-size", "0"], ["--precision", "float64"],
        ["--seconds", "-1"], ["--format", "npy"], ["decode"],
      ] {
        let outcome = try VitCommand().run(["bench"] + arguments)
        #expect(outcome.status == 64, "\(arguments)")
        #expect(outcome.text == "")
      }
      var command = VitCommand()
      command.environment = ["HF_HUB_CACHE": "/nowhere"]
      let unknown = try command.run("bench", "--model", "vit-enormous")
      #expect(unknown.status == 66)
      #expect(unknown.error.contains("vit-base-32"))
      #expect(unknown.text == "")
    }
  }
}
