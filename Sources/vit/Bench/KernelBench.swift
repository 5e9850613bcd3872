import VitModel
import VitTensor

/// One operation of a model's block, to be measured alone.
struct KernelBench {
  let name: String
  let precision: Precision
  let inputSize: Int
  let outputSize: Int
  /// For a number of rows.
  let multiplyAdds: (Int) -> Int
  let weightBytes: Int
  var inputType = Precision.float32
  let apply: (Rows, Int, Rows) -> Void

  /// The layers of a ViT-Tiny and a ViT-Base, attention of the latter, and its norm.
  static func operations(_ precision: Precision) throws -> [KernelBench] {
    var weights = HashedWeights()
    func layer(_ input: Int, _ output: Int) throws -> KernelBench {
      linear(
        try Linear(
          weight: weights.values(output * input), bias: weights.values(output),
          outputSize: output, inputSize: input, precision: precision))
    }
    let layers = try [192, 768].flatMap { width in
      [
        try layer(width, 3 * width), try layer(width, width), try layer(width, 4 * width),
        try layer(4 * width, width),
      ]
    }
    // In int8 mode attention is bfloat16's.
    let attention = Attention(
      heads: 12, headSize: 64, scale: 0.125, causal: false, precision: precision)
    let norm = LayerNorm(
      weight: weights.values(768), bias: weights.values(768), epsilon: 1e-6)
    return layers + (attention.precision == precision ? [self.attention(attention)] : [])
      + (precision == .float32 ? [layerNorm(norm)] : [])
  }

  private static func linear(_ linear: Linear) -> KernelBench {
    KernelBench(
      name: "linear", precision: linear.precision, inputSize: linear.inputSize,
      outputSize: linear.outputSize,
      multiplyAdds: { $0 * linear.inputSize * linear.outputSize },
      weightBytes: linear.packedBytes,
      apply: { linear.apply($0, rows: $1, to: $2) })
  }

  private static func attention(_ attention: Attention) -> KernelBench {
    KernelBench(
      name: "attention", precision: attention.precision, inputSize: 3 * attention.width,
      outputSize: attention.width, multiplyAdds: { 2 * $0 * $0 * attention.width }, weightBytes: 0,
      inputType: attention.precision,
      apply: { attention.apply($0, offsets: [0, $1], to: $2) })
  }

  private static func layerNorm(_ norm: LayerNorm) -> KernelBench {
    KernelBench(
      name: "layer_norm", precision: .float32, inputSize: norm.size, outputSize: norm.size,
      multiplyAdds: { _ in 0 }, weightBytes: 0,
      apply: { input, rows, output in
        norm.apply(
          input.pointer.assumingMemoryBound(to: Float.self), rows: rows,
          to: output.pointer.assumingMemoryBound(to: Float.self))
      })
  }

  func measure(rows: Int, seconds: Double) throws -> Timings {
    let input = try FloatBuffer(count: rows * inputSize)
    let output = try FloatBuffer(count: rows * outputSize)
    var noise = HashedWeights()
    noise.fill(input.pointer, count: input.count)
    if inputType == .bfloat16 {
      // bfloat16 is the upper 16 bits. From the front, so that none is overwritten before it is read.
      let bits = UnsafeMutableRawPointer(input.pointer)
      for i in 0..<input.count {
        let upperBits = UInt16(truncatingIfNeeded: input.pointer[i].bitPattern >> 16)
        bits.storeBytes(of: upperBits, toByteOffset: 2 * i, as: UInt16.self)
      }
    }
    return try Timings.measure(seconds: seconds) {
      apply(Rows(input.pointer, inputType), rows, Rows(output.pointer, .float32))
    }
  }

  func write(
    _ timings: Timings, rows: Int, limits: ProcessorLimits, to writer: inout BenchWriter
  ) throws {
    let count = multiplyAdds(rows)
    let work = ProcessorLimits.Work(
      precision: precision, multiplyAdds: count, weightBytes: weightBytes)
    try writer.append(
      [
        ("operation", .string(name)), ("precision", .string(precision.rawValue)),
        ("rows", .number(rows)), ("input_size", .number(inputSize)),
        ("output_size", .number(outputSize)),
      ] + timings.members + (count > 0 ? limits.members(timings, work) : []),
      cells: [name, precision.rawValue, "\(rows)", "\(inputSize)→\(outputSize)"] + timings.cells
        + (count > 0 ? limits.cells(timings, work) : []))
  }
}
