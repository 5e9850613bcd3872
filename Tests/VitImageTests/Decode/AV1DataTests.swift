import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

/// What AV1 announces in its units, and what an AVIF may not announce behind its header.
@Suite struct AV1DataTests {
  /// What the data of the primary image tells, and what its property does.
  private func configurations(
    _ bytes: [UInt8]
  ) throws -> (data: [AV1Configuration], told: AV1Configuration?) {
    try bytes.withUnsafeBytes { bytes in
      var window = ByteWindow(bytes)
      let container = try HEIFContainer(&window, format: .avif, name: "test")
      let picture = try HEIFPicture(container, &window)
      let item = try #require(container.primary.flatMap { container.items[$0] })
      let ranges = try #require(container.ranges(of: item))
      return (AV1Data.configurations(in: ranges.flatMap { bytes[$0] }), picture.av1)
    }
  }

  @Test(arguments: ["own-8bit-400", "own-8bit-420", "own-8bit-444", "own-limited-range"])
  func theDataTellsWhatTheHeaderDoes(file: String) throws {
    let (data, told) = try configurations(try TestImage.committed("avif/\(file).avif"))
    #expect(data == [try #require(told)])
    #expect(told?.isGray == (file == "own-8bit-400"))
    #expect(told?.samplesOfTwo == ["400": 2, "444": 6][file.suffix(3)] ?? 3)
  }

  static let others: [(file: String, bits: Int, samplesOfTwo: Int)] = [
    ("fox.profile0.10bpc.yuv420.odd-width.odd-height", 10, 3),
    ("fox.profile2.12bpc.yuv420.odd-width.odd-height", 12, 3),
    ("fox.profile2.8bpc.yuv422.odd-width.odd-height", 8, 4),
  ]

  /// The header of the last one tells 4:4:4, which is more than the data is.
  @Test(.enabled(if: TestData.collection != nil), arguments: others)
  func otherBits(file: String, bits: Int, samplesOfTwo: Int) throws {
    let path = TestData.collection("formats-more/avif/avif-sample-images-\(file).avif").path
    let (data, told) = try configurations(
      CompressedImage(contentsOf: path).readAll(limit: 1 << 20))
    #expect(data.map(\.bits) == [bits] && data.map(\.samplesOfTwo) == [samplesOfTwo])
    #expect(told?.bits == bits && told?.samplesOfTwo == (samplesOfTwo == 4 ? 6 : 3))
  }

  /// A header that tells less than the data is.
  @Test(arguments: [("own-8bit-444", 0x0C), ("own-8bit-444", 0x1C), ("own-8bit-420", 0x1C)])
  func dataThatIsMoreThanItsHeaderTellsIsRefused(file: String, flags: UInt8) throws {
    var bytes = try TestImage.committed("avif/\(file).avif")
    let name = Array("av1C".utf8)
    let place = try #require(
      bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[place + 6] = flags
    let text = refusal(bytes)?.description ?? "accepted"
    #expect(text.contains("more than its header tells"), "\(text)")
  }

  /// A sequence header bit by bit.
  private struct Bits {
    private(set) var bits: [UInt8] = []

    mutating func add(_ value: Int, _ count: Int) {
      bits += (0..<count).map { UInt8(value >> (count - 1 - $0) & 1) }
    }

    /// As a unit with its size.
    var unit: [UInt8] {
      let padded = bits + [UInt8](repeating: 0, count: (8 - bits.count % 8) % 8)
      let bytes = stride(from: 0, to: padded.count, by: 8).map { start in
        padded[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
      }
      return [1 << 3 | 2, UInt8(bytes.count)] + bytes
    }
  }

  /// With everything that may be there: times, models, delays, numbers of frames, all tools.
  @Test func whatIsBeforeTheColourIsPassed() {
    var bits = Bits()
    bits.add(2, 3)  // profile
    bits.add(0, 2)
    bits.add(1, 1)  // times
    bits.add(7, 32)
    bits.add(9, 32)
    bits.add(1, 1)
    bits.add(0b00101, 5)  // of a variable length: 4
    bits.add(1, 1)  // model: of 10 bits
    bits.add(9, 5)
    bits.add(1, 32)
    bits.add(0, 10)
    bits.add(1, 1)  // delay
    bits.add(1, 5)  // two points
    for level in [5, 12] {
      bits.add(0, 12)
      bits.add(level, 5)
      if level > 7 { bits.add(1, 1) }
      bits.add(1, 1)
      bits.add(0x1F_FFFF, 21)
      bits.add(1, 1)
      bits.add(3, 4)
    }
    bits.add(11, 4)  // size
    bits.add(9, 4)
    bits.add(0xFFF, 12)
    bits.add(0x3FF, 10)
    bits.add(1, 1)  // numbers of frames
    bits.add(0x7F, 7)
    bits.add(0, 3)
    bits.add(0xF, 4)
    bits.add(1, 1)  // order
    bits.add(3, 2)
    bits.add(0, 1)  // screen content
    bits.add(1, 1)
    bits.add(0, 1)
    bits.add(1, 1)
    bits.add(6, 3)
    bits.add(7, 3)
    bits.add(0b110, 3)  // 12 bits of colours
    bits.add(1, 1)
    bits.add(0x090E09, 24)
    bits.add(1, 1)
    bits.add(0b10, 2)  // 4:2:2
    let told = AV1Configuration(bits: 12, isGray: false, isHalvedAcross: true, isHalvedDown: false)
    #expect(AV1Data.configurations(in: bits.unit + bits.unit) == [told])
    for count in 0..<bits.unit.count {
      #expect(AV1Data.configurations(in: Array(bits.unit[..<count])).isEmpty)
    }
    // Behind a unit of another type, with an extension and without a size.
    let last = [UInt8](bits.unit[2...])
    #expect(AV1Data.configurations(in: [2 << 3 | 2, 1, 0, 1 << 3 | 4, 0] + last) == [told])
  }
}
