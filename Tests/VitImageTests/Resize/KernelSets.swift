import CKernels

/// The kernel sets that this processor runs, by their names.
enum KernelSets {
  static var scalar: UnsafePointer<vit_kernels> { vit_kernels_available(0) }

  /// The scalar set first.
  static var names: [String] { all.map { String(cString: $0.pointee.name) } }

  static func named(_ name: String) -> UnsafePointer<vit_kernels>? {
    all.first { String(cString: $0.pointee.name) == name }
  }

  private static var all: [UnsafePointer<vit_kernels>] {
    var sets: [UnsafePointer<vit_kernels>] = []
    while let set = vit_kernels_available(sets.count) { sets.append(set) }
    return sets
  }
}
