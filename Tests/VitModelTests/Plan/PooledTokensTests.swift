import Testing
import VitTensor

@testable import VitModel

@Suite struct PooledTokensTests {
  /// With a trace every token goes through the last block, without only those that pooling reads.
  @Test(arguments: Precision.allCases, [Pooling.classToken, .classAndDistillation, .averageOfAll])
  func bitsAreThoseOfAllTokens(_ precision: Precision, _ pooling: Pooling) throws {
    var configuration = ImageTowerConfiguration(
      imageHeight: 40, imageWidth: 56, patchSize: 8, width: 48, depth: 2, heads: 3, mlpSize: 96,
      activation: .geluErf, epsilon: 1e-6)
    configuration.pooling = pooling
    configuration.hasDistillationToken = pooling == .classAndDistillation
    configuration.registerTokens = 2
    let tower = try ImageTowerPlan.random(configuration, precision: precision)
    let size = 3 * 40 * 56
    var weights = HashedWeights(position: 7)
    let pixels = weights.values(3 * size)
    for batch in 1...3 {
      let outputs = try [nil, Trace()].map { trace in
        try pixels.withUnsafeBufferPointer { pixels in
          try tower.encode(batch: batch, height: 40, width: 56, trace: trace) {
            pixels.baseAddress! + $0 * size
          }
        }
      }
      #expect(outputs[0].pooled.map(\.bitPattern) == outputs[1].pooled.map(\.bitPattern))
      #expect(outputs[0].headInput.map(\.bitPattern) == outputs[1].headInput.map(\.bitPattern))
      #expect(
        outputs[0].distillation?.map(\.bitPattern) == outputs[1].distillation?.map(\.bitPattern))
    }
  }

  @Test(arguments: Precision.allCases) func textBitsAreThoseOfAllTokens(_ precision: Precision)
    throws
  {
    let tower = try TextPreset.clipBase32.textTower(precision: precision)
    let captions = [3, 16, 77].map { tower.sampleCaption(tokens: $0, number: $0) }
    let alone = try tower.encode(captions)
    let traced = try tower.encode(captions, trace: Trace())
    #expect(alone.map(\.bitPattern) == traced.map(\.bitPattern))
  }
}
