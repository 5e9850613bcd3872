import CKernels

/// Owns a weight packed for one set of kernels.
///
/// `@unchecked Sendable`: nothing writes to the packed weight after `vit_linear_create` returns,
/// so any number of threads may read it; the last reference frees it.
final class PackedWeight: @unchecked Sendable {
  let linear: UnsafeMutablePointer<vit_linear>

  init(
    weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputSize: Int, inputSize: Int,
    precision: Precision, kernels: UnsafePointer<vit_kernels>
  ) {
    guard
      let linear = vit_linear_create(
        kernels, precision.kernel, outputSize, inputSize, weight, bias)
    else { fatalError("out of memory: a weight of [\(outputSize), \(inputSize)] cannot be packed") }
    self.linear = linear
  }

  deinit { vit_linear_destroy(linear) }
}
