import VitSystem
import VitTensor

/// What the environment says of how to compute.
package enum ComputeEnvironment {
  /// - Parameters:
  ///   - threads: `VIT_THREADS` where it counts and is no number of threads.
  ///   - kernels: `VIT_KERNELS` where no such set can run.
  /// - Throws: `RequestError.invalidArgument` for what cannot be obeyed.
  package static func check(
    threads: String? = ThreadPool.shared.unusableRequest,
    kernels: String? = KernelSet.unavailableRequest
  ) throws(RequestError) {
    if let kernels {
      throw RequestError(
        .invalidArgument,
        reason: "VIT_KERNELS is \(kernels), which this processor or build has not",
        remedy: "choose one of " + KernelSet.available.joined(separator: ", "))
    }
    if let threads {
      throw RequestError(
        .invalidArgument, reason: "VIT_THREADS is \(threads)",
        remedy: "give a number from 1 to 1024, or unset it")
    }
  }
}
