import CKernels
import Testing

@testable import VitTensor

extension ComputeTests {
  @Suite struct KernelSetTests {
    @Test func printsTheKernelSetsThatRan() {
      print("kernel sets tested:", KernelSet.available.joined(separator: ", "))
      #expect(KernelSet.available.first == "scalar")
      #expect(KernelSet.available.contains(KernelSet.active))
      #expect(KernelSet.isFast(.float32))
    }

    /// Of an unknown maker nothing is taken for granted.
    @Test(arguments: [
      ("AuthenticAMD", true), ("GenuineIntel", false), ("HygonGenuine", false), ("", false),
    ])
    func whoseBfloat16IsFast(maker: String, isFast: Bool) {
      #expect((vit_bfloat16_products_are_fast(maker) != 0) == isFast)
    }

    /// The last set is in use, but where its bfloat16 is not known to be fast the one before it; auto is
    /// never a precision that is slower than float32.
    @Test func theSetInUseIsTheBestThatIsKnownToBeFast() {
      guard !KernelSet.isNamed else { return }
      let last = KernelSet.all[KernelSet.all.count - 1]
      let isLast = KernelSet.active == String(cString: last.pointee.name)
      #expect(isLast || (KernelSet.available.last == "avx512bf16" && last.pointee.fast.1 == 0))
      #expect(KernelSet.isFast(.bfloat16) == (vit_kernels_active().pointee.fast.1 != 0))
    }
  }
}
