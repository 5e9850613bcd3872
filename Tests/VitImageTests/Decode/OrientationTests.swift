import Testing

@testable import VitImage

@Suite struct OrientationTests {
  /// The stored 3 x 2 image [[0,1,2],[3,4,5]] turned upright, by the EXIF specification.
  static let upright: [(Orientation, [[Int]])] = [
    (.upright, [[0, 1, 2], [3, 4, 5]]),
    (.mirroredHorizontally, [[2, 1, 0], [5, 4, 3]]),
    (.rotated180, [[5, 4, 3], [2, 1, 0]]),
    (.mirroredVertically, [[3, 4, 5], [0, 1, 2]]),
    (.transposed, [[0, 3], [1, 4], [2, 5]]),
    (.rotated90Clockwise, [[3, 0], [4, 1], [5, 2]]),
    (.transversed, [[5, 2], [4, 1], [3, 0]]),
    (.rotated90CounterClockwise, [[2, 5], [1, 4], [0, 3]]),
  ]

  private func expected(_ rows: [[Int]], of image: Image) -> Image {
    let pixels = rows.flatMap { $0 }.flatMap { image[$0 % 3, $0 / 3] }
    return Image(unchecked: pixels, width: rows[0].count, height: rows.count)
  }

  @Test(arguments: 0..<8) func pngChunk(_ index: Int) throws {
    let (orientation, rows) = Self.upright[index]
    for bigEndian in [false, true] {
      let tiff = TestImage.tiff(orientation: UInt16(orientation.rawValue), bigEndian: bigEndian)
      let bytes = try TestImage.png(with: [TestImage.chunk("eXIf", tiff)])
      let decoded = try Image.test(bytes)
      #expect(decoded.orientation == orientation)
      #expect(decoded.image == expected(rows, of: TestImage.small))
      #expect(try Image.test(bytes, .likePillow).image == TestImage.small)
    }
  }

  /// Higher than a strip, so that strips have to meet; odd sides.
  @Test(arguments: Orientation.allCases) func jpegSegment(_ orientation: Orientation) throws {
    let name = "jpeg/wuffs-peacock.s1x3.jpeg"
    let stored = try Image.test(TestImage.committed(name)).image
    let exif = Array("Exif\0\0".utf8) + TestImage.tiff(orientation: UInt16(orientation.rawValue))
    let bytes = try TestImage.jpeg(name, with: [(0xE1, exif)])
    let image = try Image.test(bytes).image
    let size = orientation.size(width: stored.width, height: stored.height)
    try #require(image.width == size.width && image.height == size.height)
    let (right, bottom) = (stored.width - 1, stored.height - 1)
    for (x, y) in [(0, 0), (right, 0), (0, bottom), (right, bottom), (17, 31), (17, 32), (80, 70)] {
      let (u, v) =
        switch orientation {
        case .upright: (x, y)
        case .mirroredHorizontally: (right - x, y)
        case .rotated180: (right - x, bottom - y)
        case .mirroredVertically: (x, bottom - y)
        case .transposed: (y, x)
        case .rotated90Clockwise: (bottom - y, x)
        case .transversed: (bottom - y, right - x)
        case .rotated90CounterClockwise: (y, right - x)
        }
      #expect(image[u, v] == stored[x, y], "\(x), \(y)")
    }
    #expect(try Image.test(bytes, .likePillow).image == stored)
  }

  @Test func longBlockGoesOnInTheNextSegment() throws {
    // The directory lies beyond the first segment.
    var tiff = TestImage.tiff(orientation: 6)
    let directory = tiff[8...]
    tiff = Array(tiff[..<4]) + [200, 0, 0, 0] + Array(repeating: 0, count: 192) + directory
    let prefix = Array("Exif\0\0".utf8)
    let bytes = try TestImage.jpeg(
      "jpeg/zune-image-re.jpg",
      with: [(0xE1, prefix + tiff[..<100]), (0xE1, prefix + tiff[100...])])
    #expect(try Image.test(bytes).orientation == .rotated90Clockwise)
  }

  @Test func xmpCountsWhereExifHasNone() throws {
    let xmp = Array("http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"8\"/>".utf8)
    let exif = Array("Exif\0\0".utf8) + TestImage.tiff(orientation: 3)
    let name = "jpeg/zune-image-re.jpg"
    #expect(
      try Image.test(TestImage.jpeg(name, with: [(0xE1, xmp)])).orientation
        == .rotated90CounterClockwise)
    #expect(
      try Image.test(TestImage.jpeg(name, with: [(0xE1, xmp), (0xE1, exif)])).orientation
        == .rotated180)
  }

  @Test func pngTexts() throws {
    let tiff = Array("Exif\0\0".utf8) + TestImage.tiff(orientation: 5)
    let digits = tiff.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let profile = Array("\nexif\n      \(tiff.count)\n\(digits)\n".utf8)
    let xmp = Array("<tiff:Orientation>7</tiff:Orientation>".utf8)
    let raw = Array("Raw profile type exif\0".utf8)
    let adobe = Array("XML:com.adobe.xmp\0".utf8)
    let cases: [(String, [UInt8], Orientation)] = [
      ("tEXt", raw + profile, .transposed),
      ("zTXt", raw + [0] + deflated(profile), .transposed),
      ("iTXt", raw + [0, 0, 0, 0] + profile, .transposed),
      ("iTXt", adobe + [0, 0, 0, 0] + xmp, .transversed),
      ("iTXt", adobe + [1, 0, 0, 0] + deflated(xmp), .transversed),
      ("tEXt", Array("Comment\0".utf8) + profile, .upright),
      ("tEXt", raw, .upright),
      ("tEXt", raw + Array("\nexif\n 3\nxyz".utf8), .upright),
      ("zTXt", raw + [1] + deflated(profile), .upright),
      ("zTXt", raw + [0, 1, 2, 3], .upright),
      ("iTXt", raw + [0], .upright),
    ]
    for (type, data, orientation) in cases {
      for atEnd in [false, true] {
        let bytes = try TestImage.png(with: [TestImage.chunk(type, data)], atEnd: atEnd)
        #expect(try Image.test(bytes).orientation == orientation, "\(type)")
      }
    }
  }

  /// A text that inflates beyond the limit is passed over, not inflated.
  @Test func textBomb() throws {
    let zeros = [UInt8](repeating: 0, count: 65_535)
    let bomb = deflated(Array(repeating: zeros, count: 40).flatMap { $0 })
    let data = Array("Raw profile type exif\0".utf8) + [0] + bomb
    let bytes = try TestImage.png(with: [TestImage.chunk("zTXt", data)])
    #expect(try Image.test(bytes).orientation == .upright)
  }

  /// A zlib stream of stored blocks.
  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = [0x78, 0x01]
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      output += [rest.isEmpty ? 1 : 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      output += [UInt8(~length & 0xFF), UInt8(~length >> 8)] + block
    } while !rest.isEmpty
    return output + TestImage.bigEndian(b << 16 | a)
  }
}
