import VitTensor

/// What this processor can do at most, measured by this process with the threads that are set.
///
/// Other programs and a virtual machine's neighbours make a measurement lower, not higher, so the
/// highest of several counts: measure before and after what is compared with it.
struct ProcessorLimits {
  private var peaks: [Precision: Double] = [:]
  private var bandwidths: [Int: Double] = [:]

  /// Multiplications and additions a second, each counted; 0 before `measurePeak`.
  func peak(_ precision: Precision) -> Double { peaks[precision] ?? 0 }

  mutating func measurePeak(_ precision: Precision) throws {
    guard !Interrupt.isRequested else { throw CommandFailure(.interrupted) }
    peaks[precision] = max(peak(precision), measuredPeak(precision: precision))
  }

  /// Bytes a second in which weights of so many bytes are read from where they fit; 0 before
  /// `measureBandwidth`, or where it could not be measured.
  func bandwidth(ofWeights bytes: Int) -> Double { bandwidths[bytes] ?? 0 }

  mutating func measureBandwidth(ofWeights bytes: Int) {
    bandwidths[bytes] = max(bandwidth(ofWeights: bytes), measuredBandwidth(of: bytes))
  }

  /// max(2 · multiplyAdds / peak, weightBytes / bandwidth): the least seconds that work can take, which
  /// must do its arithmetic and read its weights once (the roofline of Williams et al. 2009).
  func leastSeconds(_ work: Work) -> Double {
    let bandwidth = bandwidth(ofWeights: work.weightBytes)
    return max(
      Double(2 * work.multiplyAdds) / peak(work.precision),
      bandwidth > 0 ? Double(work.weightBytes) / bandwidth : 0)
  }

  /// What is computed in one of a measurement's runs.
  struct Work {
    var precision: Precision
    /// Of linear layers and attention.
    var multiplyAdds: Int
    var weightBytes: Int
  }

  /// Fractions of the peak and of the limit that timings reached.
  ///
  /// `peak_fraction` and `limit_fraction` take the best run, because the peak is the best of its
  /// runs; those that begin with `p50_` the median.
  func members(_ timings: Timings, _ work: Work) -> [(String, JSONText)] {
    let operations = Double(2 * work.multiplyAdds)
    let least = leastSeconds(work)
    let peak = peak(work.precision)
    return [
      ("peak_fraction", .number(operations / timings.best / peak)),
      ("limit_fraction", .number(least / timings.best)),
      ("p50_peak_fraction", .number(operations / timings.median / peak)),
      ("p50_limit_fraction", .number(least / timings.median)),
      ("operations_per_second", .number(operations / timings.best)),
      ("peak_operations_per_second", .number(peak)),
      ("memory_bytes_per_second", .number(bandwidth(ofWeights: work.weightBytes))),
    ]
  }

  /// Of the peak, of the limit, and of the limit at the median, for a table.
  func cells(_ timings: Timings, _ work: Work) -> [String] {
    let least = leastSeconds(work)
    return [
      Double(2 * work.multiplyAdds) / timings.best / peak(work.precision), least / timings.best,
      least / timings.median,
    ].map { decimals(100 * $0, 1) + " %" }
  }

  static let columns: [BenchWriter.Column] = [
    .number("of peak", 8), .number("of limit", 9), .number("at p50", 8),
  ]
}
