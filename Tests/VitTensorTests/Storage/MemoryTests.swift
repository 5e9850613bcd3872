import Testing
import VitSystem

@testable import VitTensor

/// What cannot be had is an error of the call that asked, not the end of the process.
@Suite struct MemoryTests {
  @Test(arguments: [Int.max, 1 << 58, 1 << 50]) func aBufferLargerThanAllMemory(count: Int) {
    let error = #expect(throws: OutOfMemory.self) { try FloatBuffer(count: count) }
    #expect(error?.parts.reason.contains("MiB") == true)
  }

  @Test(arguments: Precision.allCases) func aLayerLargerThanAllMemory(precision: Precision) {
    #expect(throws: OutOfMemory.self) {
      // No number is read before there is room for all.
      try Linear(
        weight: [0], bias: nil, outputSize: 1 << 20, inputSize: 1 << 34, precision: precision)
    }
  }
}
