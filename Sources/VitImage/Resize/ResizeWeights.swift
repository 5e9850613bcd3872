import CKernels
import VitSystem

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
  /// - Throws: `OutOfMemory`.
  init(
    inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResampleFilter
  ) throws {
    let scale = Double(inputSize) / Double(outputSize)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let inverse = 1 / filterScale
    let stride = Self.stride(inputSize: inputSize, outputSize: outputSize, filter: filter)
    self.stride = stride

    starts.reserveCapacity(outputs.count)
    lengths.reserveCapacity(outputs.count)
    var first = inputSize
    var last = 0
    for output in outputs {
      let centre = (Double(output) + 0.5) * scale
      let start = max(Int(centre - support + 0.5), 0)
      let end = min(Int(centre + support + 0.5), inputSize)
      starts.append(Int32(start))
      lengths.append(Int32(end - start))
      first = min(first, start)
      last = max(last, end)
    }
    sourceRange = min(first, last)..<last

    // Unchecked pointers: these loops are a twentieth of a small resize.
    weights = try InputMemory.array(count: outputs.count * stride) { weights in
      try InputMemory.withBytes(
        stride * MemoryLayout<Double>.size, alignment: MemoryLayout<Double>.alignment
      ) { bytes in
        let values = bytes.bindMemory(to: Double.self, capacity: stride)
        for (index, output) in outputs.enumerated() {
          let row = weights.baseAddress! + index * stride
          let centre = (Double(output) + 0.5) * scale
          let start = Int(starts[index])
          let count = Int(lengths[index])
          precondition(0...stride ~= count)
          var sum = 0.0
          for tap in 0..<count {
            let value = filter.value(at: (Double(tap &+ start) - centre + 0.5) * inverse)
            values[tap] = value
            sum += value
          }
          for tap in 0..<count {
            let weight = sum == 0 ? values[tap] : values[tap] / sum
            let fixed = weight * Double(1 << Self.fractionBits)
            row[tap] = Int32(weight < 0 ? fixed - 0.5 : fixed + 0.5)
          }
          (row + count).initialize(repeating: 0, count: stride - count)
        }
      }
    }
  }

  /// The most source samples that make an output sample.
  private static func stride(inputSize: Int, outputSize: Int, filter: ResampleFilter) -> Int {
    let scale = max(Double(inputSize) / Double(outputSize), 1)
    return min(Int((filter.support * scale).rounded(.up)) * 2 + 1, inputSize)
  }

  /// The bytes that weights for `outputs` samples of an axis take, packed ones included.
  static func byteCount(
    inputSize: Int, outputSize: Int, outputs: Int, filter: ResampleFilter,
    kernels: UnsafePointer<vit_kernels>
  ) -> Int {
    let stride = stride(inputSize: inputSize, outputSize: outputSize, filter: filter)
    let layout = kernels.pointee.resize_layout
    let taps = Int(layout.taps)
    let packed =
      taps == 0
      ? 0 : (stride + taps - 1) / taps * taps * Int(layout.digits) * Int(layout.digit_bytes)
    return outputs * (stride * MemoryLayout<Int32>.size + packed + 2 * MemoryLayout<Int32>.size)
      + stride * MemoryLayout<Double>.size
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
  ) throws {
    try starts.withUnsafeBufferPointer { starts in
      try lengths.withUnsafeBufferPointer { lengths in
        try weights.withUnsafeBufferPointer { weights in
          var windows = vit_resize_windows(
            count: Int32(starts.count), stride: Int32(stride), start: starts.baseAddress!,
            length: lengths.baseAddress!, weights: weights.baseAddress!)
          try InputMemory.withBytes(
            vit_resize_packed_bytes(kernels, &windows), alignment: 64
          ) { packed in
            body(vit_resize_pack(kernels, &windows, packed), &windows, packed)
          }
        }
      }
    }
  }
}
