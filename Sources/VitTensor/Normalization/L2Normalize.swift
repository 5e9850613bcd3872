import CKernels

/// Scales each of `count` rows of `size` elements to length 1; a zero row stays zero.
package func l2Normalize(_ rows: UnsafeMutablePointer<Float>, count: Int, size: Int) {
  precondition(count >= 0 && size >= 0)
  vit_l2_normalize(vit_kernels_active(), rows, count, size)
}
