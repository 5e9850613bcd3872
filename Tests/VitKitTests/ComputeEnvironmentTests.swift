import Testing

@testable import VitKit

@Suite struct ComputeEnvironmentTests {
  @Test func whatCannotBeObeyedIsNamed() {
    #expect(message { try ComputeEnvironment.check(threads: nil, kernels: nil) } == nil)
    #expect(
      message { try ComputeEnvironment.check(threads: "many", kernels: nil) }
        == "VIT_THREADS is many; give a number from 1 to 1024, or unset it")
    let kernels = message { try ComputeEnvironment.check(threads: nil, kernels: "nope") } ?? ""
    #expect(
      kernels.hasPrefix("VIT_KERNELS is nope, which this processor or build has not; choose "))
    #expect(kernels.contains("scalar"))
  }

  private func message(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }
}
