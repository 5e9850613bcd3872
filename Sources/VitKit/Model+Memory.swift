import VitSystem

extension ModelInfo {
  /// The memory that what was loaded takes, as it is packed for its precision; the largest number
  /// where it is more than that.
  package var weightBytes: Int {
    let bytesOfNumber =
      switch precision {
      case "float32": 4
      case "bfloat16": 2
      default: 1
      }
    let (bytes, overflow) = parameterCount.multipliedReportingOverflow(by: bytesOfNumber)
    return overflow ? .max : bytes
  }

  /// Refuses a model whose weights cannot be packed for want of memory, before any are read.
  ///
  /// - Throws: `RequestError` of the kind `.outOfMemory`.
  func requireMemory(isPossible: (Int) -> Bool = Reservation.isPossible) throws(RequestError) {
    // What is read where it lies takes no memory of its own.
    if conversion?.isInPlace == true { return }
    let bytes = weightBytes
    guard bytes < .max, isPossible(bytes) else {
      throw RequestError(
        .outOfMemory,
        reason:
          "\(name): its weights take \(max(1, bytes >> 20)) MiB of memory, which cannot be had",
        remedy: "raise the limit of memory, or load it in bfloat16 or int8")
    }
  }
}
