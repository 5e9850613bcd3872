import Testing
import VitCheckpoint

@testable import VitModel

@Suite struct NumberFormatTests {
  /// Every number of the two short formats comes back from float32 as it was.
  @Test func shortNumbersComeBack() throws {
    let all = (0...UInt16.max).map { $0 }
    for (type, encode) in [(DataType.float16, Parameters.half), (.bfloat16, Parameters.brainFloat)]
    {
      let header = SafetensorsWriter.header([.init(name: "x", dataType: type, shape: [all.count])])
      let checkpoint = try kept(
        header + all.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }, name: "x")
      for (bits, value) in zip(all, try checkpoint.float32("x")) where !value.isNaN {
        #expect(encode(value) == bits)
      }
    }
  }

  @Test func roundsToNearestEven() {
    // Neighbours of 1 are 2⁻¹⁰ apart in binary16 and 2⁻⁷ in bfloat16.
    #expect(Parameters.half(1 + 0x1p-11) == 0x3C00 && Parameters.half(1 + 0x3p-11) == 0x3C02)
    #expect(Parameters.half(1 + 0x1.8p-11) == 0x3C01)
    #expect(Parameters.brainFloat(1 + 0x1p-8) == 0x3F80)
    #expect(Parameters.brainFloat(1 + 0x3p-8) == 0x3F82)
    #expect(Parameters.half(65519) == 0x7BFF && Parameters.half(65520) == 0x7C00)
    #expect(Parameters.half(-0x1p-25) == 0x8000 && Parameters.half(0x1.8p-25) == 1)
    #expect(Parameters.half(.nan) == 0x7E00 && Parameters.brainFloat(-.infinity) == 0xFF80)
  }
}
