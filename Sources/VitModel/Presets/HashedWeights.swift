import VitTensor

/// Random numbers that are the same in every run and on every machine: splitmix64 of a counter
/// (Steele, Lea and Flood 2014).
package struct HashedWeights {
  private var counter: UInt64 = 0
  /// Reused, so that making a model takes little more memory than the model.
  private var buffer = FloatBuffer(count: 0)

  /// - Parameter position: of the first number in the sequence.
  package init(position: Int = 0) { counter = UInt64(position) }

  /// Uniform, with the standard deviation 0.02 that transformers are initialised with.
  package mutating func values(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      fill(target.baseAddress!, count: count)
      initialized = count
    }
  }

  /// Writes `count` numbers as `values(_:)` gives them.
  package mutating func fill(_ target: UnsafeMutablePointer<Float>, count: Int) {
    // Half the width of a uniform distribution is √3 standard deviations; 24 random bits.
    let unit: Float = 0.034_641 / 0x1p23
    for index in 0..<count {
      var state = (counter &+ UInt64(truncatingIfNeeded: index)) &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      target[index] = Float(Int32(truncatingIfNeeded: state >> 40) - 1 << 23) * unit
    }
    counter &+= UInt64(count)
  }

  /// A layer with a bias.
  package mutating func linear(output: Int, input: Int, precision: Precision) -> Linear {
    if buffer.count < output * input { buffer = FloatBuffer(count: output * input) }
    fill(buffer.pointer, count: output * input)
    return Linear(
      weight: buffer.pointer, bias: values(output), outputSize: output, inputSize: input,
      precision: precision)
  }

  /// A norm near the identity.
  package mutating func layerNorm(size: Int, epsilon: Float) -> LayerNorm {
    LayerNorm(weight: values(size).map { 1 + $0 }, bias: values(size), epsilon: epsilon)
  }
  /// Plain blocks: biases everywhere, no layer scale.
  package mutating func encoder(
    depth: Int, width: Int, heads: Int, mlpSize: Int, activation: Activation, epsilon: Float,
    causal: Bool, precision: Precision
  ) -> Encoder {
    let blocks = (0..<depth).map { _ in
      EncoderBlock(
        norm1: layerNorm(size: width, epsilon: epsilon),
        queryKeyValue: linear(output: 3 * width, input: width, precision: precision),
        attention: SelfAttention(
          heads: heads, headSize: width / heads, causal: causal, precision: precision),
        outputProjection: linear(output: width, input: width, precision: precision),
        norm2: layerNorm(size: width, epsilon: epsilon),
        feedForward1: linear(output: mlpSize, input: width, precision: precision),
        activation: activation,
        feedForward2: linear(output: width, input: mlpSize, precision: precision))
    }
    return Encoder(blocks: blocks, width: width)
  }
}
