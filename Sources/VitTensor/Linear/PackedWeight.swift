import CKernels
import VitSystem

/// Owns a weight packed for one set of kernels.
///
/// `@unchecked Sendable`: nothing writes to the packed weight after it is made, so any number of
/// threads may read it; the last reference frees it. Memory that is borrowed, a mapped file for
/// example, lives as long as `owner`, which is held.
final class PackedWeight: @unchecked Sendable {
  let linear: UnsafeMutablePointer<vit_linear>
  private let owner: AnyObject?

  /// Packs `weight`, `[outputSize, inputSize]`, which takes no more bytes than it has in float32, but for
  /// what fills the last panel.
  init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision, kernels: UnsafePointer<vit_kernels>
  ) throws(OutOfMemory) {
    guard
      let linear = vit_linear_create(
        kernels, precision.kernel, outputSize, inputSize, weight, bias)
    else {
      let (bytes, isTooLarge) = outputSize.multipliedReportingOverflow(
        by: inputSize.multipliedReportingOverflow(by: MemoryLayout<Float>.size).partialValue)
      throw OutOfMemory(byteCount: isTooLarge ? .max : bytes)
    }
    self.linear = linear
    owner = nil
  }

  /// Takes a weight that was packed before, in place where the kernels read that layout.
  init(
    packed: PackedLayer, owner: AnyObject?, bias: UnsafePointer<Float>?,
    kernels: UnsafePointer<vit_kernels>
  ) throws(OutOfMemory) {
    guard
      let linear = vit_linear_create_packed(
        kernels, packed.precision.kernel, packed.outputSize, packed.inputSize,
        packed.layout.panel, packed.layout.vector, packed.bytes.baseAddress, packed.scales,
        packed.sums, bias)
    else { throw OutOfMemory(byteCount: packed.bytes.count) }
    self.linear = linear
    self.owner = owner
  }

  deinit { vit_linear_destroy(linear) }
}
