import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

/// What HEVC announces in its units, and what a HEIC may not announce behind its header.
@Suite struct HEVCDataTests {
  /// The parameters of x265 for 64 x 64 pixels, and what is cut or of another kind.
  @Test func theSizeOfCodedPictures() throws {
    let unit: [UInt8] = [
      0x42, 0x01, 0x01, 0x03, 0x70, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00,
      0x03,
      0x00, 0xFF, 0xA0, 0x20, 0x81, 0x05, 0x96, 0xEA, 0xAE, 0x9A, 0xE6, 0xC0, 0x80,
    ]
    let parameters = try #require(HEVCSequenceParameters(unit))
    #expect((parameters.width, parameters.height) == (64, 64))
    #expect((parameters.chromaFormat, parameters.bits) == (1, 8))
    for count in 0..<20 { #expect(HEVCSequenceParameters(unit[..<count])?.width == nil) }
    #expect(HEVCSequenceParameters([0x44] + Array(unit.dropFirst()))?.width == nil)
  }

  /// A set of parameters of a picture (ITU-T H.265, 7.3.2.2), as far as it is read.
  private static func parameters(
    width: Int, height: Int, chroma: Int, luma: Int, color: Int, window: [Int] = []
  ) -> [UInt8] {
    var bits: [Bool] = []
    func code(_ value: Int) {
      let digits = String(value + 1, radix: 2)
      bits += [Bool](repeating: false, count: digits.count - 1) + digits.map { $0 == "1" }
    }
    code(0)
    code(chroma)
    if chroma == 3 { bits.append(false) }
    code(width)
    code(height)
    bits.append(!window.isEmpty)
    for side in window { code(side) }
    code(luma - 8)
    code(color - 8)
    bits.append(true)
    while bits.count % 8 != 0 { bits.append(false) }
    let packed = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    return [0x42, 1, 1] + [UInt8](repeating: 0xFF, count: 12) + packed
  }

  @Test(arguments: [(0, 8, 8), (1, 10, 10), (2, 12, 8), (3, 8, 16)])
  func kindsOfSamples(chroma: Int, luma: Int, color: Int) throws {
    for window in [[], [1, 2, 0, 5]] {
      let unit = Self.parameters(
        width: 4000, height: 3001, chroma: chroma, luma: luma, color: color, window: window)
      let parameters = try #require(HEVCSequenceParameters(unit))
      #expect((parameters.width, parameters.height) == (4000, 3001))
      #expect((parameters.chromaFormat, parameters.bits) == (chroma, max(luma, color)))
    }
  }

  private static func data(_ units: [[UInt8]]) -> [UInt8] {
    units.flatMap { [0, 0, 0, UInt8($0.count)] + $0 }
  }

  /// The first slice of a picture, a slice that goes on with it, and the first one of a second layer.
  private static let slices: [[UInt8]] = [[0x26, 1, 0x80], [0x26, 1, 0], [0x26, 9, 0x80]]

  @Test func theMostOfAllUnitsCounts() {
    let small = Self.parameters(width: 64, height: 64, chroma: 3, luma: 8, color: 8)
    let large = Self.parameters(width: 640, height: 64, chroma: 1, luma: 10, color: 8)
    let data = HEVCData(Self.data([small, large, small] + Self.slices), 4)
    #expect(data.largestPicture == 640 * 64)
    #expect((data.chromaFormat, data.bits, data.pictureCount) == (3, 10, 1))
    // A length beyond the end ends it.
    let cut = HEVCData(Self.data([small]) + [0, 0, 0, 99] + large, 4)
    #expect((cut.largestPicture, cut.pictureCount) == (64 * 64, 0))
  }

  /// A HEIC of 64 x 64 pixels whose header tells 4:2:0 of 8 bits.
  private static func file(_ data: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - $0))) }
    }
    func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
      number(8 + content.count, 4) + Array(type.utf8) + content
    }
    func fullBox(_ type: String, version: Int = 0, _ content: [UInt8]) -> [UInt8] {
      box(type, number(version << 24, 4) + content)
    }
    let configuration =
      [UInt8](repeating: 0, count: 16) + [0xFD, 0xF8, 0xF8, 0, 0, 3, 0]
    let properties = [
      fullBox("ispe", number(64, 4) + number(64, 4)), box("hvcC", configuration),
    ]
    let meta = [
      fullBox("pitm", [0, 1]),
      // In the box `idat`.
      fullBox(
        "iloc", version: 1,
        [0x44, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1] + number(0, 4) + number(data.count, 4)),
      fullBox(
        "iinf", [0, 1] + fullBox("infe", version: 2, [0, 1, 0, 0] + Array("hvc1".utf8) + [0])),
      box(
        "iprp",
        box("ipco", properties.flatMap { $0 })
          + fullBox("ipma", number(1, 4) + [0, 1, 2, 0x81, 0x82])),
      box("idat", data),
    ]
    return box("ftyp", Array("heic".utf8) + number(0, 4))
      + fullBox("meta", meta.flatMap { $0 })
  }

  static let excesses: [(unit: [UInt8], told: String)] = [
    (parameters(width: 4096, height: 4096, chroma: 1, luma: 8, color: 8), "of 16777216 pixels"),
    (parameters(width: 64, height: 64, chroma: 3, luma: 8, color: 8), "the chroma format 3"),
    (parameters(width: 64, height: 64, chroma: 1, luma: 8, color: 12), "of 12 bits"),
  ]

  @Test(.enabled(if: DecodingLibrary.heif.isThere), arguments: excesses)
  func dataThatIsMoreThanItsHeaderTellsIsRefused(unit: [UInt8], told: String) {
    let text = refusal(Self.file(Self.data([unit])))?.description ?? "accepted"
    #expect(text.contains(told) && text.contains("more than its header tells"), "\(text)")
  }

  @Test(.enabled(if: DecodingLibrary.heif.isThere))
  func severalPicturesOfOneImageAreRefused() {
    let unit = Self.parameters(width: 64, height: 64, chroma: 1, luma: 8, color: 8)
    for (pictures, isRefused) in [(1, false), (2, true)] {
      let slices = [[UInt8]](repeating: Self.slices[0], count: pictures)
      let text = refusal(Self.file(Self.data([unit] + slices)))?.description ?? "accepted"
      #expect(text.contains("2 pictures in the data of one image") == isRefused, "\(text)")
    }
  }

  /// Memory is told from what the header announces, of whichever is more.
  @Test func memoryGrowsWithTheKindOfSamples() throws {
    func bits(_ unit: [UInt8]) -> HEVCConfiguration? {
      let head = [UInt8](repeating: 0, count: 16) + [0xFD, 0xF8, 0xF8, 0, 0, 3]
      return HEVCConfiguration(head + [1, 33, 0, 1, 0, UInt8(unit.count)] + unit)
    }
    let plain = try #require(
      bits(Self.parameters(width: 64, height: 64, chroma: 1, luma: 8, color: 8)))
    #expect((plain.chromaFormat, plain.bits, plain.largestPicture) == (1, 8, 64 * 64))
    let more = try #require(
      bits(Self.parameters(width: 64, height: 64, chroma: 3, luma: 10, color: 12)))
    #expect((more.chromaFormat, more.bits) == (3, 12))
  }
}
