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
  }
}
