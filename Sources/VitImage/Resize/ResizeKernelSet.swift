import CKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The C kernels of one instruction set. All give the same bits; they differ in speed.
///
/// Unchecked, because the pointer is to a constant table of functions that is never written.
struct ResizeKernelSet: @unchecked Sendable {
  let pointer: OpaquePointer

  init?(named name: String) {
    guard let pointer = vit_resize_kernels_named(name) else { return nil }
    self.pointer = pointer
  }

  private init(pointer: OpaquePointer) {
    self.pointer = pointer
  }

  var name: String { String(cString: vit_resize_kernels_name(pointer)) }

  static let scalar = ResizeKernelSet(named: "scalar")!

  /// Every set that this processor can run, the specification first.
  static let available = ["scalar", "avx2", "avx512", "neon"].compactMap(Self.init(named:))

  /// The fastest one, or the one that the environment variable `VIT_KERNELS` names.
  static let active: ResizeKernelSet = {
    if let wanted = getenv("VIT_KERNELS"),
      let named = ResizeKernelSet(named: String(cString: wanted))
    {
      return named
    }
    return ResizeKernelSet(pointer: vit_resize_kernels_best())
  }()
}
