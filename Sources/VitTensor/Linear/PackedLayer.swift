import CKernels

/// The bytes of a linear layer as a set of kernels reads them, to be kept in a file.
///
/// Another set of kernels can use them too, at the price of a copy.
package struct PackedLayer {
  /// How columns (outputs) are grouped: panels of `panel` columns, the last one rounded up to a
  /// multiple of `vector`.
  package struct Layout: Sendable, Equatable {
    package let panel: Int
    package let vector: Int

    /// Of the order of bytes within a panel; another number stands for bytes that these kernels
    /// would misread.
    package static let version = 1

    package init(panel: Int, vector: Int) {
      self.panel = panel
      self.vector = vector
    }

    /// Whether a file may hold it: sizes that some kernels use.
    package var isValid: Bool {
      (1...256).contains(panel) && (1...panel).contains(vector) && panel % vector == 0
    }

    /// What the kernels in use read without a copy.
    package static var active: Layout {
      let kernels = vit_kernels_active().pointee
      return Layout(panel: kernels.panel, vector: kernels.vector)
    }
  }

  package let precision: Precision
  package let outputSize: Int
  package let inputSize: Int
  package let layout: Layout
  /// `byteCount(...)` bytes; used without a copy only where 64-byte aligned.
  package let bytes: UnsafeRawBufferPointer
  /// `[outputSize]`, int8 only: what a unit of each output's weights stands for.
  package let scales: [Float]
  /// `[outputSize]`, int8 only: the sum of each output's weights.
  package let sums: [Int32]

  /// Nil where the sizes do not fit each other.
  package init?(
    precision: Precision, outputSize: Int, inputSize: Int, layout: Layout,
    bytes: UnsafeRawBufferPointer, scales: [Float] = [], sums: [Int32] = []
  ) {
    guard
      let count = Self.byteCount(
        precision: precision, outputSize: outputSize, inputSize: inputSize, layout: layout),
      bytes.count == count,
      precision != .int8
        || (scales.count == outputSize && sums.count == outputSize
          && inputSize <= Linear.largestInt8InputSize)
    else { return nil }
    self.precision = precision
    self.outputSize = outputSize
    self.inputSize = inputSize
    self.layout = layout
    self.bytes = bytes
    self.scales = scales
    self.sums = sums
  }

  /// Bytes of a layer; nil where that is no valid number.
  package static func byteCount(
    precision: Precision, outputSize: Int, inputSize: Int, layout: Layout
  ) -> Int? {
    let limit = 1 << 40
    guard layout.isValid, (0...limit).contains(outputSize), (0...limit).contains(inputSize) else {
      return nil
    }
    let columns = outputSize + layout.vector
    let (size, overflow) = columns.multipliedReportingOverflow(by: 4 * (inputSize + 4))
    guard !overflow, size > 0 else { return nil }
    return vit_packed_bytes(precision.kernel, outputSize, inputSize, layout.vector)
  }
}
