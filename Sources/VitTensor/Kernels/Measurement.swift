import CKernels

/// Multiplications and additions a second of all threads together in registers only: the rate that
/// no matrix product on this processor exceeds. The best of several runs over vector widths and 4
/// to 24 independent sums; takes a fraction of a second.
package func measuredPeak(precision: Precision) -> Double {
  vit_measured_peak(precision.kernel)
}

/// Bytes a second that all threads together read from memory, the best of several passes over a
/// quarter of a gigabyte; 0 when that cannot be had.
package func measuredMemoryBandwidth() -> Double {
  vit_measured_bandwidth(256 << 20)
}
