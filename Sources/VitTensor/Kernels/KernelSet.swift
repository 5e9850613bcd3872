import CKernels

/// The sets of kernels, one an instruction set, of which one is chosen when the first is needed:
/// the best that the processor runs, or the one that the environment variable `VIT_KERNELS` names. Where
/// `avx512bf16` is there but not known to be fast, which is on all processors but AMD's, the one before it
/// is the best.
///
/// On x86-64: `scalar`, `sse4`, `avx2`, `avxvnni`, `avx512`, `avx512vnni`, `avx512bf16`; each has all
/// that those before it have, as far as the processor does. On arm64: `scalar`, `neon`, `neondot`,
/// `neoni8mm`, `neonbf16`. Every precision works on every set.
package enum KernelSet {
  /// The name of the set in use.
  package static var active: String { String(cString: vit_kernels_active().pointee.name) }

  /// The names of the sets that this processor runs, the best one last.
  package static var available: [String] { all.map { String(cString: $0.pointee.name) } }

  /// Why it is in use, as it reads after its name. The choice is the processor's identity's alone, and no
  /// timing's: a result's bits depend on it.
  package static var reason: String { String(cString: vit_kernels_reason()) }

  /// Whether `VIT_KERNELS` named it.
  package static var isNamed: Bool { vit_kernels_named() != 0 }

  /// What `VIT_KERNELS` asks for where it is none of the available sets; the best one is used then.
  package static var unavailableRequest: String? {
    vit_kernels_missing().map { String(cString: $0) }
  }

  /// Whether the set in use multiplies matrices in this precision at least as fast as in float32.
  /// Where it has no instructions for one, the result is right but late.
  package static func isFast(_ precision: Precision) -> Bool {
    let fast = vit_kernels_active().pointee.fast
    return switch precision {
    case .float32: fast.0 != 0
    case .bfloat16: fast.1 != 0
    case .int8: fast.2 != 0
    }
  }

  static var all: [UnsafePointer<vit_kernels>] {
    var sets: [UnsafePointer<vit_kernels>] = []
    while let set = vit_kernels_available(sets.count) { sets.append(set) }
    return sets
  }
}
