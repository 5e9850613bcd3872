import CKernels

/// Which source samples make each output sample along one axis, and with what weight.
///
/// The arithmetic, with its roundings, is that of `precompute_coeffs` and `normalize_coeffs_8bpc`
/// in Pillow's `src/libImaging/Resample.c`.
struct ResizeWeights {
  /// Fraction bits of a weight: 32 bits less 8 of the sample and 2 of headroom.
  static let fractionBits = 22

  /// `[outputs]` First source sample.
  private(set) var starts: [Int32] = []
  /// `[outputs]` Number of source samples.
  private(set) var lengths: [Int32] = []
  /// `[outputs, stride]` Fixed-point weights, zero behind an output's length.
  private(set) var weights: [Int32] = []
  let stride: Int
  /// The source samples that any output needs.
  private(set) var sourceRange: Range<Int>

  /// - Parameters:
  ///   - inputSize: Samples along the source axis.
  ///   - outputSize: Samples along the whole target axis; it sets the scale.
  ///   - outputs: The part of the target axis that is wanted.
  init(inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResampleFilter) {
    let scale = Double(inputSize) / Double(outputSize)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let inverse = 1 / filterScale
    stride = min(Int(support.rounded(.up)) * 2 + 1, inputSize)
    sourceRange = 0..<0
    starts.reserveCapacity(outputs.count)
    lengths.reserveCapacity(outputs.count)
    weights = [Int32](repeating: 0, count: outputs.count * stride)

    var first = inputSize
    var last = 0
    var values = [Double](repeating: 0, count: stride)
    for (row, output) in outputs.enumerated() {
      let centre = (Double(output) + 0.5) * scale
      let start = max(Int(centre - support + 0.5), 0)
      let end = min(Int(centre + support + 0.5), inputSize)
      let count = end - start
      var sum = 0.0
      for tap in 0..<count {
        let value = filter.value(at: (Double(tap + start) - centre + 0.5) * inverse)
        values[tap] = value
        sum += value
      }
      for tap in 0..<count {
        let weight = sum == 0 ? values[tap] : values[tap] / sum
        let fixed = weight * Double(1 << Self.fractionBits)
        weights[row * stride + tap] = Int32(weight < 0 ? fixed - 0.5 : fixed + 0.5)
      }
      starts.append(Int32(start))
      lengths.append(Int32(count))
      first = min(first, start)
      last = max(last, end)
    }
    sourceRange = min(first, last)..<last
  }

  /// Makes the source samples count from `sourceRange.lowerBound`.
  mutating func rebase() {
    let first = Int32(sourceRange.lowerBound)
    for index in starts.indices { starts[index] -= first }
    sourceRange = 0..<sourceRange.count
  }

  /// Calls `body` with the weights packed for the kernels that it gets too: `kernels`, or the scalar
  /// ones where a weight is too large for these.
  func withPacked(
    for kernels: UnsafePointer<vit_kernels>,
    _ body: (
      UnsafePointer<vit_kernels>, UnsafePointer<vit_resize_windows>, UnsafeRawPointer
    ) -> Void
  ) {
    starts.withUnsafeBufferPointer { starts in
      lengths.withUnsafeBufferPointer { lengths in
        weights.withUnsafeBufferPointer { weights in
          var windows = vit_resize_windows(
            count: Int32(starts.count), stride: Int32(stride), start: starts.baseAddress!,
            length: lengths.baseAddress!, weights: weights.baseAddress!)
          let packed = UnsafeMutableRawPointer.allocate(
            byteCount: vit_resize_packed_bytes(kernels, &windows), alignment: 64)
          defer { packed.deallocate() }
          body(vit_resize_pack(kernels, &windows, packed), &windows, packed)
        }
      }
    }
  }
}
