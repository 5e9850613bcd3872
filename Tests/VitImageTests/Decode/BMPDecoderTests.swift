import Testing
import VitSystem

@testable import VitImage

@Suite struct BMPDecoderTests {
  /// A BMP of 24 or, with masks, of other bits; rows are given as they are stored.
  private static func file(
    width: Int32, height: Int32, bits: UInt16, compression: UInt32 = 0, masks: [UInt32] = [],
    palette: [[UInt8]] = [], data: [UInt8]
  ) -> [UInt8] {
    var bytes = Array("BM".utf8)
    func append<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
    let start = 54 + 4 * masks.count + 4 * palette.count
    append(UInt32(start + data.count))
    append(UInt32(0))
    append(UInt32(start))
    append(UInt32(40))
    append(width)
    append(height)
    append(UInt16(1))
    append(bits)
    append(compression)
    for number in [UInt32(data.count), 2835, 2835, UInt32(palette.count), 0] { append(number) }
    for mask in masks { append(mask) }
    for color in palette { bytes += color + [0] }
    return bytes + data
  }

  @Test func theLastRowComesFirstUnlessTheHeightIsNegative() throws {
    let rows: [UInt8] = [1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0]
    let upward = try Image(
      bytes: Self.file(width: 2, height: 2, bits: 24, data: rows), name: "test")
    #expect(upward.pixels == [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4])
    let downward = try Image(
      bytes: Self.file(width: 2, height: -2, bits: 24, data: rows), name: "test")
    #expect(downward.pixels == [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10])
  }

  /// A run, a row's end, values as they are, a way to the right and up, the end.
  @Test func runLengths() throws {
    let palette: [[UInt8]] = (0..<4).map { [0, 0, $0 * 50] }
    let data: [UInt8] = [3, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 2, 0, 1, 3, 0, 1]
    let image = try Image(
      bytes: Self.file(
        width: 3, height: 3, bits: 8, compression: 1, palette: palette, data: data), name: "test")
    let reds = stride(from: 0, to: 27, by: 3).map { image.pixels[$0] }
    #expect(reds == [0, 0, 150, 50, 100, 150, 50, 50, 50])
  }

  @Test func alphaIsBlended() throws {
    let bytes = Self.file(
      width: 1, height: 1, bits: 32, compression: 3, masks: [0xFF_0000, 0xFF00, 0xFF],
      data: [10, 20, 30, 128])
    // Three masks behind the header: no alpha.
    #expect(try Image(bytes: bytes, name: "test").pixels == [30, 20, 10])
    var withAlpha = bytes
    withAlpha[14] = 56
    withAlpha.insert(contentsOf: [0, 0, 0, 0xFF], at: 66)
    withAlpha[10] += 4
    #expect(try Image(bytes: withAlpha, name: "test").pixels == [142, 137, 132])
  }

  @Test func whatIsMissingIsToldOrBlack() throws {
    let whole = Self.file(width: 2, height: 2, bits: 24, data: [UInt8](repeating: 200, count: 16))
    // The filling of the last row may be missing.
    #expect(throws: Never.self) { try Image(bytes: Array(whole.dropLast(2)), name: "test") }
    let cut = Array(whole.dropLast(3))
    let error = #expect(throws: InputError.self) { try Image(bytes: cut, name: "test") }
    #expect(error?.problem == .damaged)
    #expect(error?.reason.contains("after 1 of 2 rows") == true)
    var options = DecodeOptions()
    options.allowsTruncated = true
    #expect(
      try Image(bytes: cut, name: "test", options: options).pixels
        == [UInt8](repeating: 0, count: 6) + [UInt8](repeating: 200, count: 6))
    for length in 0..<54 {
      #expect(throws: InputError.self) { try Image(bytes: Array(whole.prefix(length)), name: "t") }
    }
  }

  @Test(arguments: [
    (4, 4, UInt16(2), UInt32(0), "2 bits"), (4, 4, 24, 4, "compression 4"),
    (4, 4, 0, 0, "0 bits"), (0, 4, 24, 0, "0 x 4"), (70_000, 70_000, 24, 0, "limit"),
  ])
  func whatIsNotReadIsToldByName(
    width: Int32, height: Int32, bits: UInt16, compression: UInt32, told: String
  ) {
    let bytes = Self.file(
      width: width, height: height, bits: bits, compression: compression, data: [0, 0, 0, 0])
    let error = #expect(throws: InputError.self) { try Image(bytes: bytes, name: "test") }
    #expect(error?.description.contains(told) == true, "\(error?.description ?? "")")
  }

  /// Told before a pixel is decoded: an index a pixel beside the pixels, of run lengths.
  @Test func memoryIsToldFromTheHeader() throws {
    func memory(_ bits: UInt16, _ compression: UInt32) throws -> Int {
      let bytes = Self.file(
        width: 500, height: 400, bits: bits, compression: compression, data: [])
      var options = DecodeOptions()
      options.appliesOrientation = false
      return try CompressedImage(bytes: bytes, name: "test").memory(options) - bytes.count
    }
    #expect(try memory(24, 0) == 600_000 + 48 << 10)
    #expect(try memory(8, 1) == 800_000 + 48 << 10)
  }
}
