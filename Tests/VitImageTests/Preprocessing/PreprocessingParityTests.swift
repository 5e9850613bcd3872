import Testing
import VitCheckpoint
import VitJSON

@testable import VitImage

/// Every processor on every size: the float32 pixels equal the reference's to the bit.
@Suite struct PreprocessingParityTests {
  static func preprocessing(_ item: JSONValue) throws -> Preprocessing {
    let kind = try #require(item["kind"]?.string)
    let settings = try #require(item["settings"])
    if let family = ProcessorFamily(rawValue: kind) {
      return try .huggingFace(settings, family: family, name: "golden")
    }
    let size = try PreprocessingGoldens.integers(item["size"])
    return kind == "timm"
      ? try .timm(settings, imageHeight: size[0], imageWidth: size[1], name: "golden")
      : try .openCLIP(settings, imageHeight: size[0], imageWidth: size[1], name: "golden")
  }

  @Test func equalsTheReference() throws {
    let cases = try PreprocessingGoldens.read("processors.json")
    #expect(cases.count == 448)
    var kinds: Set<String> = []
    for item in cases {
      kinds.insert(try #require(item["kind"]?.string))
      let source = try PreprocessingGoldens.integers(item["source"])
      let image = try Noise.image(
        width: source[0], height: source[1], seed: try #require(item["seed"]?.int))
      let preprocessing = try Self.preprocessing(item)
      let pixels = try preprocessing.pixels(image)
      let output = try PreprocessingGoldens.integers(item["output"])
      #expect([pixels.width, pixels.height] == output, "\(item)")
      let size = preprocessing.outputSize(width: image.width, height: image.height)
      #expect([size.width, size.height] == output)
      let plane = pixels.width * pixels.height
      let numbers = try #require(item["first"]?.array)
      let first = numbers.compactMap(\.double)
      #expect((0..<3).map { Double(pixels.values[$0 * plane]) } == first, "\(item)")
      let bytes = pixels.values.withUnsafeBytes { [UInt8]($0) }
      #expect(SHA256.hexadecimal(bytes) == item["sha256"]?.string, "\(item)")
    }
    #expect(kinds == ["vit", "deit", "clip", "siglip", "bit", "beit", "timm", "openclip"])
  }

  @Test func writeEqualsPixels() throws {
    let image = try Noise.image(width: 90, height: 61, seed: 5)
    let preprocessing = try Preprocessing.huggingFace(nil, family: .clip, name: "none")
    let expected = try preprocessing.pixels(image)
    var values = [Float](repeating: .nan, count: 3 * 224 * 224)
    try values.withUnsafeMutableBufferPointer {
      try preprocessing.write(image, to: $0.baseAddress!)
    }
    #expect(values == expected.values)
  }
}
