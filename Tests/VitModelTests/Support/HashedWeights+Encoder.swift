import VitTensor

@testable import VitModel

extension HashedWeights {
  /// Blocks of random weights: biases everywhere, no layer scale.
  func encoder(
    depth: Int, width: Int, heads: Int, mlpSize: Int, activation: Activation, epsilon: Float,
    causal: Bool, precision: Precision
  ) -> EncoderPlan {
    let form = BlockForm(
      width: width, norm: .layer(epsilon: epsilon),
      attention: AttentionForm(
        heads: heads, headSize: width / heads, isCausal: causal, hasQueryKeyValueBias: true),
      feedForward: .plain(hiddenSize: mlpSize, activation), hasLayerScale: false)
    let reader = ParameterReader.declaring()
    do {
      let blocks = try (0..<depth).map {
        try reader.scope("blocks.\($0)").block(TimmVisionTransformer.keys.block, form)
      }
      return try PlanBuilder(reader.parameters, precision: precision).encoder(blocks, form)
    } catch {
      preconditionFailure("parameters that are declared are there: \(error)")
    }
  }
}
