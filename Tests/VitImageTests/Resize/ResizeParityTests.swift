import Foundation
import Testing
import VitCheckpoint
import VitJSON
import VitTestSupport

@testable import VitImage

/// Digests of Pillow 13.0.0's results; one wrong bit fails.
@Suite struct ResizeParityTests {
  struct Case: Sendable {
    let sourceWidth, sourceHeight, width, height, seed: Int
    let extreme: Bool
    let filter: ResampleFilter
    let digest: String
  }

  static func cases() throws -> [Case] {
    let json = try PreprocessingGoldens.read("resize.json")
    return try json.map { item in
      let source = try PreprocessingGoldens.integers(item["source"])
      let target = try PreprocessingGoldens.integers(item["target"])
      return Case(
        sourceWidth: source[0], sourceHeight: source[1], width: target[0], height: target[1],
        seed: try #require(item["seed"]?.int), extreme: item["extreme"] == .bool(true),
        filter: try #require(item["filter"]?.string.flatMap(ResampleFilter.init(rawValue:))),
        digest: try #require(item["sha256"]?.string))
    }
  }

  @Test(arguments: KernelSets.names)
  func equalsPillow(kernels: String) throws {
    let cases = try Self.cases()
    #expect(cases.count == 312)
    for item in cases {
      let image = try Noise.image(
        width: item.sourceWidth, height: item.sourceHeight, seed: item.seed,
        extreme: item.extreme)
      let operation = ResizeOperation(
        sourceWidth: image.width, sourceHeight: image.height, width: item.width,
        height: item.height, columns: 0..<item.width, rows: 0..<item.height,
        filter: item.filter, kernels: try #require(KernelSets.named(kernels)))
      let result = try image.pixels.withUnsafeBufferPointer { try operation($0) }
      #expect(SHA256.hexadecimal(result) == item.digest, "\(item)")
    }
  }

  @Test func publicFaceGivesTheSame() throws {
    let item = try #require(
      try Self.cases().first { $0.sourceWidth == 300 && $0.filter == .bicubic && !$0.extreme })
    let image = try Noise.image(width: 300, height: 201, seed: item.seed)
    let result = try image.resized(width: item.width, height: item.height, filter: .bicubic)
    #expect(SHA256.hexadecimal(result.pixels) == item.digest)
  }

  /// Fixed-point weights that Pillow uses for one row of 8 samples reduced to 3.
  @Test func weightsOfTheReference() throws {
    let bilinear = try ResizeWeights(inputSize: 8, outputSize: 3, outputs: 0..<1, filter: .bilinear)
    #expect(bilinear.starts == [0])
    #expect(Array(bilinear.weights.prefix(4)) == [1_214_141, 1_655_646, 993_388, 331_129])
    let bicubic = try ResizeWeights(inputSize: 8, outputSize: 3, outputs: 1..<2, filter: .bicubic)
    #expect(
      bicubic.weights == [
        -113_649, 59548, 732_425, 1_418_827, 1_418_827, 732_425, 59548, -113_649,
      ])
    let lanczos = try ResizeWeights(inputSize: 8, outputSize: 3, outputs: 0..<1, filter: .lanczos)
    #expect(
      lanczos.weights == [
        1_402_571, 1_673_993, 1_161_457, 324_263, -191_192, -205_439, -23887, 52538,
      ])
  }
}
