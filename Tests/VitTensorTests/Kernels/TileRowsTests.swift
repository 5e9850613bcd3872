import CKernels
import Testing

@testable import VitTensor

extension ComputeTests {
  /// How many rows a set's tiles have is a matter of registers: no bit of a result depends on it.
  @Suite struct TileRowsTests {
    /// The set with tiles of fewer rows, which each kernel takes, or, for the plain loops of the
    /// scalar set, of any number.
    static func each(
      _ kernels: UnsafePointer<vit_kernels>, _ body: (UnsafePointer<vit_kernels>) throws -> Void
    ) rethrows {
      let most =
        KernelSet.all.first == kernels ? Int(VIT_MAX_TILE_ROWS) : kernels.pointee.tile_rows.0
      for rows in Set([1, 2, 3, 5, most]).filter({ $0 <= most }).sorted() {
        var set = kernels.pointee
        set.tile_rows = (rows, rows, rows)
        try withUnsafePointer(to: set, body)
      }
    }

    @Test(arguments: Precision.allCases)
    func linearLayersHaveTheSameBits(_ precision: Precision) throws {
      var random = SplitMix64(state: 21)
      let (rows, inputs, outputs) = (41, 1601, 70)
      let input = random.floats(rows * inputs)
      let weight = random.floats(outputs * inputs)
      for kernels in KernelSet.all {
        func result(_ kernels: UnsafePointer<vit_kernels>) throws -> [UInt32] {
          let layer = try Linear(
            weight: weight, bias: nil, outputSize: outputs, inputSize: inputs,
            precision: precision, kernels: kernels)
          return layer(input, rows: rows).map(\.bitPattern)
        }
        let expected = try result(kernels)
        try Self.each(kernels) {
          let found = try result($0)
          #expect(found == expected, "\(name(of: kernels)) \($0.pointee.tile_rows)")
        }
      }
    }

    @Test(arguments: [Precision.float32, .bfloat16], [false, true])
    func attentionHasTheSameBits(_ precision: Precision, _ causal: Bool) {
      var random = SplitMix64(state: 22)
      // 5 elements of bfloat16 are no whole number of groups.
      let attention = Attention(heads: 2, headSize: 5, causal: causal, precision: precision)
      let input = AttentionTests.Input(
        random.floats(44 * 3 * attention.width), width: attention.width, offsets: [0, 3, 44])
      for kernels in KernelSet.all {
        let expected = AttentionTests.apply(attention, input, kernels).map(\.bitPattern)
        Self.each(kernels) {
          let result = AttentionTests.apply(attention, input, $0).map(\.bitPattern)
          #expect(result == expected, "\(name(of: kernels)) \($0.pointee.tile_rows)")
        }
      }
    }
  }
}
