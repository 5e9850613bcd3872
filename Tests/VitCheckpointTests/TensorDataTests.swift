import Testing

@testable import VitCheckpoint

struct TensorDataTests {
  private func floats(_ type: String, _ data: [UInt8]) throws -> [Float] {
    let size = try #require(DataType(rawValue: type)).size
    let header =
      #"{"x":{"dtype":"\#(type)","shape":[\#(data.count / size)],"#
      + #""data_offsets":[0,\#(data.count)]}}"#
    return try checkpoint(header, data: data).float32("x")
  }

  /// All 65,536 half-precision numbers, against the definition.
  @Test func convertsEveryHalf() throws {
    let values = try floats("F16", raw((0...UInt16.max).map(\.littleEndian)))
    for bits in 0...UInt16.max {
      let value = values[Int(bits)]
      let exponent = Int(bits >> 10 & 31)
      let fraction = Float(bits & 1023)
      let magnitude: Float =
        switch exponent {
        case 0: fraction * 0x1p-24
        case 31: fraction == 0 ? .infinity : .nan
        default: Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
        }
      if magnitude.isNaN {
        #expect(value.isNaN)
      } else {
        #expect(value.bitPattern == (bits >> 15 == 1 ? -magnitude : magnitude).bitPattern)
      }
    }
  }

  @Test func convertsEveryBFloat16() throws {
    let values = try floats("BF16", raw((0...UInt16.max).map(\.littleEndian)))
    for bits in 0...UInt16.max {
      #expect(values[Int(bits)].bitPattern == UInt32(bits) << 16)
    }
  }

  @Test func convertsOtherTypes() throws {
    #expect(
      try floats("F64", raw([0.1, -1e300, 1e-300, .infinity])) == [0.1, -.infinity, 0, .infinity])
    #expect(try floats("I64", raw([Int64.min, -1, 1 << 53])) == [-0x1p63, -1, 0x1p53])
    #expect(try floats("U64", raw([UInt64.max, 1])) == [0x1p64, 1])
    #expect(try floats("I32", raw([Int32.min, 7])) == [-0x1p31, 7])
    #expect(try floats("U32", raw([UInt32.max, 7])) == [0x1p32, 7])
    #expect(try floats("I16", raw([Int16.min, 7])) == [-32768, 7])
    #expect(try floats("U16", raw([UInt16.max, 7])) == [65535, 7])
    #expect(try floats("I8", raw([Int8.min, 7])) == [-128, 7])
    #expect(try floats("U8", [255, 7]) == [255, 7])
    #expect(try floats("BOOL", [0, 1, 2]) == [0, 1, 1])
  }
}
