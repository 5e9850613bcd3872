import Testing
import VitTensor

@testable import VitModel

/// In int8 the layers that read outlying channels.
@Suite struct ChannelBalanceTests {
  /// Changes of the weights that leave the function as it is: of which tensors which rows or columns are
  /// multiplied, and by what.
  enum Change: CaseIterable {
    case norm1, norm2, values, manyChannels

    var factors: [(name: String, rows: Range<Int>?, columns: Range<Int>?, factor: Float)] {
      let block = "blocks.1."
      func norm(_ number: Int, _ layer: String, _ channels: Range<Int>) -> [(
        name: String, rows: Range<Int>?, columns: Range<Int>?, factor: Float
      )] {
        [
          ("\(block)norm\(number).weight", channels, nil, 1e4),
          ("\(block)norm\(number).bias", channels, nil, 1e4),
          ("\(block)\(layer).weight", nil, channels, 1e-4),
        ]
      }
      return switch self {
      case .norm1: norm(1, "attn.qkv", 3..<4)
      case .norm2: norm(2, "mlp.fc1", 47..<48)
      case .manyChannels: norm(1, "attn.qkv", 10..<40)
      case .values:
        [
          ("\(block)attn.qkv.weight", 2 * 48 + 5..<2 * 48 + 6, nil, 1e4),
          ("\(block)attn.qkv.bias", 2 * 48 + 5..<2 * 48 + 6, nil, 1e4),
          ("\(block)attn.proj.weight", nil, 5..<6, 1e-4),
        ]
      }
    }
  }

  @Test(arguments: Change.allCases) func outliersOfAChannelLoseNothing(_ change: Change) throws {
    let exact = try encode(.float32, nil)
    let usual = cosine(exact, try encode(.int8, nil))
    #expect(cosine(exact, try encode(.float32, change)) > 0.999999)
    let balanced = cosine(exact, try encode(.int8, change))
    #expect(1 - balanced < 2 * (1 - usual))
  }

  @Test func factorsArePowersOfTwoOfOutliersAlone() throws {
    let columns: [Float] = [1, 1, 1, 1, 1, 1, 1, 1, 1e-4, 1, 0, 1]
    let magnitudes: [Float] = [1, 1, 2, 1, 1, 1, 1, 8, 1e4, 64, 64, 0.001]
    let factors = ChannelBalance.factors(magnitudes: magnitudes) { columns }
    // √(10⁴ · 10⁴), √64, and 64 where no weight grows.
    #expect(factors == [1, 1, 1, 1, 1, 1, 1, 1, 8192, 8, 64, 1])
  }

  @Test(arguments: [[1, 2, 16], [0, 0, 0], [1, .infinity, 1], [1, .nan, 1], []] as [[Float]])
  func whatHasNoOutliersStaysAsItIs(_ magnitudes: [Float]) {
    let factors = ChannelBalance.factors(magnitudes: magnitudes) {
      [Float](repeating: 1, count: magnitudes.count)
    }
    #expect(factors == nil)
  }

  private func encode(_ precision: Precision, _ change: Change?) throws -> [Float] {
    let configuration = ImageTowerConfiguration(
      imageHeight: 40, imageWidth: 56, patchSize: 8, width: 48, depth: 3, heads: 3, mlpSize: 96,
      activation: .geluErf, epsilon: 1e-6)
    let reader = ParameterReader.declaring()
    let layout = try reader.imageTower(TimmVisionTransformer.keys, configuration)
    var parameters = reader.parameters
    for (name, rows, columns, factor) in change?.factors ?? [] {
      let shape = try #require(parameters[name]).shape
      let size = shape.dropFirst().reduce(1, *)
      try parameters.change(name) { numbers in
        for row in rows ?? 0..<shape[0] {
          for column in columns ?? 0..<size { numbers[row * size + column] *= factor }
        }
      }
    }
    let tower = try PlanBuilder(parameters, precision: precision).imageTower(layout, configuration)
    var weights = HashedWeights(position: 7)
    let pixels = weights.values(3 * 40 * 56)
    return try pixels.withUnsafeBufferPointer { pixels in
      try tower.encode(batch: 1, height: 40, width: 56) { _ in pixels.baseAddress! }.pooled
    }
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }
}
