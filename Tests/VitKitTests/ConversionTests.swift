import Foundation
import Testing
import VitCheckpoint
import VitTensor
import VitTestSupport

@testable import VitKit
@testable import VitModel

/// Checkpoints whose layers were packed by `Model.convert`.
@Suite struct ConversionTests {
  static let goldens: [Golden] =
    ((try? Golden.all("image")) ?? []) + ((try? Golden.all("clip")) ?? [])
  static let precisions: [LoadOptions.Precision] = [.float32, .bfloat16, .int8]

  /// A weight that is no number, or infinite, is found out by the first image.
  @Test(arguments: [Float.nan, .infinity, -.infinity], LoadOptions.Precision.allCases)
  func aBrokenWeightGivesAnError(_ bad: Float, _ precision: LoadOptions.Precision) throws {
    let golden = try #require(Self.goldens.first { $0.name == "vit-head" })
    try withScratch { scratch in
      let folder = try path(of: golden, in: scratch)
      let broken = try rewritten(folder, in: scratch) { name, _, values in
        if name == "vit.encoder.layer.0.intermediate.dense.bias" { values[1] = bad }
      }
      let model = try Model.load(broken, options: LoadOptions(precision: precision))
      let image = try #require(model.info.image)
      let pixels = PixelTensor(
        height: image.imageHeight, width: image.imageWidth,
        values: [Float](repeating: 0.5, count: 3 * image.imageHeight * image.imageWidth))
      for body in [
        { _ = try model.embeddings(pixels: [pixels], normalized: true) },
        { _ = try model.logits(pixels: [pixels]) },
      ] {
        #expect {
          try body()
        } throws: { "\($0)".contains("computes no numbers") }
      }
      // The intermediates tell where.
      #expect(try model.trace(pixels).contains { $0.name == "logits" })
    }
  }

  /// Channels that were balanced for int8 are so in the file too, with their norm and bias.
  @Test func outlyingChannelsAreConvertedAsTheyAreLoaded() throws {
    let golden = try #require(Self.goldens.first { $0.name == "vit-head" })
    try withScratch { scratch in
      let layer = "vit.encoder.layer.0."
      let original = try path(of: golden, in: scratch)
      let changed = try rewritten(original, in: scratch) { name, shape, values in
        let columns = shape.last ?? 1
        func multiply(_ factor: Float, _ isMeant: (Int) -> Bool) {
          for index in values.indices where isMeant(index) { values[index] *= factor }
        }
        switch name {
        case "\(layer)layernorm_before.weight", "\(layer)layernorm_before.bias":
          multiply(1e4) { $0 == 3 }
        case "\(layer)attention.attention.query.weight", "\(layer)attention.attention.key.weight":
          multiply(1e-4) { $0 % columns == 3 }
        case "\(layer)attention.attention.value.weight":
          multiply(1e-4) { $0 % columns == 3 }
          multiply(1e4) { $0 / columns == 5 }
        case "\(layer)attention.attention.value.bias": multiply(1e4) { $0 == 5 }
        case "\(layer)attention.output.dense.weight": multiply(1e-4) { $0 % columns == 5 }
        default: break
        }
      }
      let folder = scratch.appending(path: "converted").path
      try Model.convert(changed, to: folder, precision: .int8)
      let loaded = try Model.load(changed, options: LoadOptions(precision: .int8))
      try expectSameBits(Model.load(folder), loaded, golden)
      let usual = try Model.load(original, options: LoadOptions(precision: .int8))
      let pixels = pixels(of: golden)
      for (a, b) in zip(
        try loaded.embeddings(pixels: pixels, normalized: true),
        try usual.embeddings(pixels: pixels, normalized: true))
      {
        #expect(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } > 0.999)
      }
    }
  }

  @Test func thereAreGoldens() { #expect(Self.goldens.count >= 40) }

  /// In every layout and precision: what the converted folder computes is the original's, bit for
  /// bit, and its layers are used where they lie.
  @Test(arguments: goldens)
  func sameBitsAsTheOriginal(_ golden: Golden) throws {
    try withScratch { scratch in
      let original = try path(of: golden, in: scratch)
      for precision in Self.precisions {
        let folder = scratch.appending(path: "\(golden.name)-\(precision)").path
        try Model.convert(original, to: folder, precision: precision)
        let interpolates = golden.facts.bool("interpolatesPositions")
        let expected = try Model.load(
          original,
          options: LoadOptions(precision: precision, interpolatesPositions: interpolates))
        let converted = try Model.load(
          folder, options: LoadOptions(interpolatesPositions: interpolates))
        #expect(converted.info.precision == precision.rawValue)
        #expect(converted.info.parameterCount == expected.info.parameterCount)
        #expect(converted.info.labels == expected.info.labels)
        #expect(converted.info.family == expected.info.family)
        #expect(converted.logitScale == expected.logitScale)
        #expect(converted.logitBias == expected.logitBias)
        #expect(try converted.weightsHash() == expected.weightsHash())
        try expectSameBits(converted, expected, golden)
        if let tower = converted.plan.imageTower {
          #expect(tower.packedBytes > 0 && tower.borrowsItsWeights)
          #expect(expected.plan.imageTower?.borrowsItsWeights == false)
        }
      }
    }
  }

  /// Each tower alone, and each tower's packed layers in one stretch of the file.
  @Test func towersLieApart() throws {
    let golden = try #require(Self.goldens.first { $0.name == "clip" })
    try withScratch { scratch in
      let original = try path(of: golden, in: scratch)
      let folder = scratch.appending(path: "converted").path
      try Model.convert(original, to: folder, precision: .int8)
      let image = try Model.load(folder, options: LoadOptions(towers: .image))
      let text = try Model.load(folder, options: LoadOptions(towers: .text))
      #expect(image.info.text == nil && text.info.image == nil)

      let file = try GoldenFile(URL(filePath: "\(folder)/model.safetensors"))
      let packed = file.ranges.filter { file.isPacked($0.key) }
      func stretch(_ prefix: String) -> Range<Int> {
        let found = packed.filter { $0.key.hasPrefix(prefix) }.map(\.value)
        return (found.map(\.lowerBound).min() ?? 0)..<(found.map(\.upperBound).max() ?? 0)
      }
      let towers = [stretch("vision_model."), stretch("text_model.")]
      #expect(towers.allSatisfy { !$0.isEmpty } && !towers[0].overlaps(towers[1]))
      // What the kernels read in place is aligned for them.
      for (_, range) in packed { #expect((file.dataStart + range.lowerBound) % 64 == 0) }
    }
  }

  @Test func otherPrecisionsAreRefused() throws {
    let golden = try #require(Self.goldens.first { $0.name == "vit-head" })
    try withScratch { scratch in
      let original = try path(of: golden, in: scratch)
      let folder = scratch.appending(path: "converted").path
      try Model.convert(original, to: folder, precision: .int8)
      for precision in [LoadOptions.Precision.float32, .bfloat16] {
        #expect {
          try Model.load(folder, options: LoadOptions(precision: precision))
        } throws: { error in
          "\(error)".contains(
            "converted to int8, and the weights for \(precision.rawValue) are gone")
        }
      }
      for precision in [LoadOptions.Precision.int8, .auto] {
        let model = try Model.load(folder, options: LoadOptions(precision: precision))
        #expect(model.info.precision == "int8")
      }
      let again = scratch.appending(path: "again").path
      #expect(throws: RequestError.self) {
        try Model.convert(folder, to: again, precision: .int8)
      }
      #expect(!FileManager.default.fileExists(atPath: again))
      // Of an original `auto` takes no int8.
      let auto = try Model.load(original, options: LoadOptions(precision: .auto))
      #expect(auto.info.precision == (KernelSet.isFast(.bfloat16) ? "bfloat16" : "float32"))
    }
  }

  /// Kernels that pack in another way copy; the result is the same.
  @Test func anotherLayoutIsCopied() throws {
    let golden = try #require(Self.goldens.first { $0.name == "vit-head" })
    try withScratch { scratch in
      let original = try path(of: golden, in: scratch)
      let folder = scratch.appending(path: "converted").path
      for precision in Self.precisions {
        try? FileManager.default.removeItem(atPath: folder)
        try Model.convert(original, to: folder, precision: precision)
        let file = try GoldenFile(URL(filePath: "\(folder)/model.safetensors"))
        try file.repacked(from: .active, to: PackedLayer.Layout(panel: 24, vector: 8))
          .write(to: URL(filePath: "\(folder)/model.safetensors"))
        let converted = try Model.load(folder)
        #expect(converted.info.conversion?.isInPlace == false)
        #expect(converted.plan.imageTower?.borrowsItsWeights == false)
        let expected = try Model.load(original, options: LoadOptions(precision: precision))
        try expectSameBits(converted, expected, golden)
      }
    }
  }

  // MARK: - Hostile files

  /// A converted file cut anywhere, or with any byte of its header changed, is an error or a model:
  /// never a crash.
  @Test func damagedFilesAreToldOrRead() throws {
    try withConverted("clip") { folder, place in
      let whole = try Data(contentsOf: place)
      let dataStart = try GoldenFile(place).dataStart
      var random = SplitMix(state: 9)

      for _ in 0..<60 {
        try whole.prefix(random.below(whole.count)).write(to: place)
        #expect(throws: (any Error).self) { try Model.load(folder) }
      }
      var read = 0
      let digits = Array("0123456789-\",:{}[]x".utf8)
      for _ in 0..<400 {
        var changed = whole
        for _ in 0...random.below(3) {
          changed[8 + random.below(dataStart - 8)] = digits[random.below(digits.count)]
        }
        try changed.write(to: place)
        do {
          let model = try Model.load(folder)
          read += 1
          if let image = model.info.image, image.imageHeight == image.imageWidth {
            let pixels = PixelTensor(
              height: image.imageHeight, width: image.imageWidth,
              values: [Float](repeating: 0.5, count: 3 * image.imageHeight * image.imageWidth))
            _ = try model.embeddings(pixels: [pixels], normalized: true)
          }
          if model.info.text != nil { _ = try model.embed(text: "a cat") }
        } catch {
          #expect(!"\(error)".isEmpty)
        }
      }
      // Names of tensors that nothing reads may change, and the origin's.
      #expect(read > 0 && read < 400)
    }
  }

  /// Its vectors would pass for the original's.
  @Test func changedWeightsHaveNoHash() throws {
    try withConverted("vit-head") { folder, place in
      var bytes = try Data(contentsOf: place)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: place)
      let changed = try Model.load(folder)
      #expect {
        try changed.weightsHash()
      } throws: { "\($0)".contains("not those that were written") }
    }
  }

  @Test(arguments: [
    ("\"vit.version\":\"2\"", "\"vit.version\":\"9\"", "another version"),
    ("\"vit.layout_version\":\"1\"", "\"vit.layout_version\":\"7\"", "another version"),
    ("\"vit.precision\":\"int8\"", "\"vit.precision\":\"int9\"", "no precision"),
    ("\"vit.precision\":\"int8\"", "\"vit.precisiom\":\"int8\"", "vit.precision is missing"),
    ("\"vit.panel\":\"", "\"vit.panel\":\"9", "panels of 9"),
    ("\"vit.origin_sha256\":\"", "\"vit.origin_sha256\":\"Z", "no SHA-256"),
    ("\"vit.shapes\":\"{", "\"vit.shapes\":\"[", "is not JSON"),
    ("classifier.weight\\\":[", "classifier.weight\\\":[-", "classifier.weight a shape"),
    ("classifier.weight\\\":[", "classifier.weight\\\":[1", "classifier.bias"),
    (
      "\"dtype\":\"I8\"", "\"dtype\":\"U8\"",
      "holds U8, where int8 takes I8"
    ),
    ("query.weight.scales\"", "query.weight.scalez\"", "query.weight.scales"),
    ("query.weight.sums\":{\"dtype\":\"I32\"", "query.weight.sums\":{\"dtype\":\"F32\"", "not I32"),
    ("layernorm.weight\":{", "layernorm.weighs\":{", "layernorm.weight"),
    (
      "\"vit.shapes\":\"{", "\"vit.shapes\":\"{\\\"vit.layernorm.bias\\\":[32],",
      "vit.layernorm.bias is packed, but is no linear layer"
    ),
  ])
  func contradictionsAreNamed(_ found: String, _ replacement: String, _ message: String) throws {
    try withConverted("vit-head") { folder, place in
      let file = try GoldenFile(place)
      try #require(file.header.contains(found))
      try file.withHeader(file.header.replacing(found, with: replacement, maxReplacements: 1))
        .write(to: place)
      #expect {
        try Model.load(folder)
      } throws: { "\($0)".contains(message) }
    }
  }

  // MARK: - Help

  /// A folder with a golden in int8, and its weights file.
  private func withConverted(
    _ name: String, _ body: (_ folder: String, _ place: URL) throws -> Void
  ) throws {
    let golden = try #require(Self.goldens.first { $0.name == name })
    try withScratch { scratch in
      let original = try path(of: golden, in: scratch)
      let folder = scratch.appending(path: "converted").path
      try Model.convert(original, to: folder, precision: .int8)
      try body(folder, URL(filePath: "\(folder)/model.safetensors"))
    }
  }

  private func expectSameBits(_ model: Model, _ other: Model, _ golden: Golden) throws {
    var compared = 0
    let pixels = pixels(of: golden)
    if !pixels.isEmpty {
      #expect(
        try model.embeddings(pixels: pixels, normalized: false)
          == other.embeddings(pixels: pixels, normalized: false))
      if other.info.classCount != nil {
        #expect(try model.logits(pixels: pixels) == other.logits(pixels: pixels))
      }
      compared += 1
    }
    if let tensor = golden.tensors["text.ids"] {
      let ids = tensor.rows.map { $0.map { Int32($0) } }
      #expect(
        try model.embed(ids: ids, normalized: false) == other.embed(ids: ids, normalized: false))
      compared += 1
    }
    #expect(compared > 0)
  }

  private func pixels(of golden: Golden) -> [PixelTensor] {
    guard let tensor = golden.tensors["pixels"] else { return [] }
    return tensor.rows.map {
      PixelTensor(height: tensor.shape[2], width: tensor.shape[3], values: $0)
    }
  }

  /// A folder of the model with other numbers, in float32.
  private func rewritten(
    _ folder: String, in scratch: URL,
    _ change: (_ name: String, _ shape: [Int], _ values: inout [Float]) -> Void
  ) throws -> String {
    let checkpoint = try Checkpoint.open(file: "\(folder)/model.safetensors")
    let bytes = SafetensorsWriter.bytes(
      try checkpoint.names.map { name in
        let shape = checkpoint.tensors[name]!.shape
        var values = try checkpoint.float32(name)
        change(name, shape, &values)
        return (name: name, shape: shape, values: values)
      })
    let result = scratch.appending(path: "rewritten")
    try FileManager.default.createDirectory(at: result, withIntermediateDirectories: true)
    try Data(bytes).write(to: result.appending(path: "model.safetensors"))
    for name in ["config.json", "preprocessor_config.json"] {
      let source = URL(filePath: "\(folder)/\(name)")
      try? Data(contentsOf: source).write(to: result.appending(path: name))
    }
    return result.path
  }

  private func path(of golden: Golden, in scratch: URL) throws -> String {
    var path = try golden.modelFolder(in: scratch).path
    if golden.family == "openai", let file = golden.facts["weightsFile"] { path += "/\(file)" }
    return path
  }

  private func withScratch(_ body: (URL) throws -> Void) throws {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "vitkit-convert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    try body(scratch)
  }
}

/// A converted file, taken apart without the code under test.
private struct GoldenFile {
  let header: String
  let dataStart: Int
  /// Places in the data.
  let ranges: [String: Range<Int>]
  let shapes: [String: [Int]]
  private let bytes: Data
  private let entries: [String: [String: Any]]

  init(_ url: URL) throws {
    bytes = try Data(contentsOf: url)
    let length = Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    dataStart = 8 + length
    header = String(decoding: bytes[8..<dataStart], as: UTF8.self)
    let object = try JSONSerialization.jsonObject(with: bytes[8..<dataStart])
    entries = (object as? [String: [String: Any]] ?? [:]).filter { $0.key != "__metadata__" }
    ranges = entries.compactMapValues {
      ($0["data_offsets"] as? [Int]).map { $0[0]..<$0[1] }
    }
    let metadata = (object as? [String: Any])?["__metadata__"] as? [String: String]
    let shapes = try JSONSerialization.jsonObject(
      with: Data((metadata?["vit.shapes"] ?? "{}").utf8))
    self.shapes = shapes as? [String: [Int]] ?? [:]
  }

  func isPacked(_ name: String) -> Bool { shapes[name] != nil }

  /// The same data under another header.
  func withHeader(_ text: String) -> Data {
    withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Data($0) } + Data(text.utf8)
      + bytes[dataStart...]
  }

  /// The same model as another set of kernels would have packed it: groups of 4 bytes, group after
  /// group a group of each column of a panel.
  func repacked(from old: PackedLayer.Layout, to new: PackedLayer.Layout) throws -> Data {
    func position(_ layout: PackedLayer.Layout, columns: Int, groups: Int, column: Int, group: Int)
      -> Int
    {
      let first = column / layout.panel * layout.panel
      let rest = min(layout.panel, columns - first)
      let width = (rest + layout.vector - 1) / layout.vector * layout.vector
      return 4 * (first * groups + group * width + column - first)
    }
    func size(_ layout: PackedLayer.Layout, columns: Int, groups: Int) -> Int {
      (columns + layout.vector - 1) / layout.vector * layout.vector * groups * 4
    }
    var body = Data()
    var object: [String: Any] = [:]
    for (name, range) in ranges.sorted(by: { $0.value.lowerBound < $1.value.lowerBound }) {
      var entry = entries[name] ?? [:]
      var data = Data(bytes[(dataStart + range.lowerBound)..<(dataStart + range.upperBound)])
      if let shape = shapes[name] {
        let columns = shape[0]
        let groups = data.count / (4 * ((columns + old.vector - 1) / old.vector * old.vector))
        var packed = Data(count: size(new, columns: columns, groups: groups))
        for column in 0..<columns {
          for group in 0..<groups {
            let from = position(
              old, columns: columns, groups: groups, column: column, group: group)
            let to = position(new, columns: columns, groups: groups, column: column, group: group)
            packed.replaceSubrange(to..<to + 4, with: data[from..<from + 4])
          }
        }
        let unit = ["F32": 4, "BF16": 2, "I8": 1][entry["dtype"] as? String ?? ""] ?? 1
        entry["shape"] = [packed.count / unit]
        data = packed
      }
      entry["data_offsets"] = [body.count, body.count + data.count]
      object[name] = entry
      body.append(data)
    }
    var metadata =
      (try JSONSerialization.jsonObject(with: Data(header.utf8)) as? [String: Any])?[
        "__metadata__"] as? [String: String] ?? [:]
    metadata["vit.panel"] = "\(new.panel)"
    metadata["vit.vector"] = "\(new.vector)"
    object["__metadata__"] = metadata
    let text = try JSONSerialization.data(withJSONObject: object)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + body
  }
}

/// Numbers that are the same in every run.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ z >> 31) % UInt64(bound))
  }
}
