import CKernels
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct PackedLayerTests {
    @Test(arguments: Precision.allCases) func packedBytesServeEverySet(_ precision: Precision)
      throws
    {
      var random = SplitMix64(state: 13)
      for (rows, outputs, inputs) in [(3, 1, 1), (5, 70, 19), (7, 130, 37), (2, 64, 8)] {
        let input = random.floats(rows * inputs)
        let weight = random.floats(outputs * inputs)
        let bias = random.floats(outputs)
        for source in KernelSet.all {
          let packed = try Linear(
            weight: weight, bias: bias, outputSize: outputs, inputSize: inputs,
            precision: precision, kernels: source)
          try packed.withPackedLayer { layer in
            for kernels in KernelSet.all {
              let direct = try Linear(
                weight: weight, bias: bias, outputSize: outputs, inputSize: inputs,
                precision: precision, kernels: kernels)
              let taken = try Linear(packed: layer, owner: nil, bias: bias, kernels: kernels)
              #expect(taken(input, rows: rows) == direct(input, rows: rows))
              // What the vectors' width changes is only the last panel's.
              let widths = [kernels, source].map { set in
                (outputs + set.pointee.vector - 1) / set.pointee.vector * set.pointee.vector
              }
              #expect(
                taken.isBorrowed
                  == (kernels.pointee.panel == source.pointee.panel && widths[0] == widths[1]))
            }
          }
        }
      }
    }

    @Test func packedSizesAreChecked() {
      let bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      let layout = PackedLayer.Layout(panel: 64, vector: 16)
      for (outputs, inputs) in [(1, 1), (-1, 1), (Int.max, 4), (1 << 40, 1 << 40)] {
        #expect(
          PackedLayer(
            precision: .float32, outputSize: outputs, inputSize: inputs, layout: layout,
            bytes: bytes) == nil)
      }
      #expect(!PackedLayer.Layout(panel: 0, vector: 0).isValid)
      #expect(!PackedLayer.Layout(panel: 24, vector: 16).isValid)
    }
  }
}
