import CKernels

/// Multiplications and additions a second of all threads together in registers only: the rate that
/// no matrix product on this processor exceeds. The best of several runs over vector widths and 4
/// to 24 independent sums; takes a fraction of a second.
package func measuredPeak(precision: Precision) -> Double {
  vit_measured_peak(precision.kernel)
}

/// Bytes a second that all threads together read of so many bytes, again and again: from the level of
/// cache that holds them, else from memory, of which a quarter of a gigabyte is enough. The best of
/// several passes; 0 where the bytes cannot be had.
package func measuredBandwidth(of bytes: Int) -> Double {
  vit_measured_bandwidth(min(max(bytes, 64 << 10), 256 << 20))
}
