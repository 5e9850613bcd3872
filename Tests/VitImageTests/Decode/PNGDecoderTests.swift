import Testing
import VitSystem

@testable import VitImage

@Suite struct PNGDecoderTests {
  @Test func backgroundColour() throws {
    // 16-bit colour with alpha.
    let bytes = try TestImage.committed("pngsuite/basn6a08.png")
    let dropped = try Image.test(bytes, DecodeOptions(background: .dropAlpha)).image
    let onBlack = try Image.test(
      bytes, DecodeOptions(background: .color(red: 0, green: 0, blue: 0))
    ).image
    let onWhite = try Image.test(bytes).image
    #expect(dropped != onBlack && dropped != onWhite)
    // black + white - 255 = 0 up to rounding: alpha adds up.
    for (i, stored) in dropped.pixels.enumerated() where stored > 0 {
      let alpha = 255 - (Int(onWhite.pixels[i]) - Int(onBlack.pixels[i]))
      let rounded = (Int(stored) * alpha + 127) / 255
      #expect(abs(rounded - Int(onBlack.pixels[i])) <= 1)
    }
    let onColour = try Image.test(
      bytes, DecodeOptions(background: .color(red: 0, green: 255, blue: 0))
    ).image
    for i in stride(from: 0, to: onColour.pixels.count, by: 3) {
      #expect(onColour.pixels[i] == onBlack.pixels[i])
      #expect(onColour.pixels[i + 1] == onWhite.pixels[i + 1])
    }
  }

  /// Pillow compares the key with levels scaled to 8 bits; of 1 bit any key but 0 is white. What it
  /// makes of a row of every level over white (Pillow 13.0.0).
  @Test(
    arguments: [
      (1, 0, [255, 255]), (1, 1, [0, 255]), (1, 7, [0, 255]),
      (2, 0, [255, 85, 170, 255]), (2, 1, [0, 85, 170, 255]), (2, 85, [0, 255, 170, 255]),
      (2, 170, [0, 85, 255, 255]), (2, 256, [255, 85, 170, 255]), (2, 257, [0, 85, 170, 255]),
      (8, 1, nil), (8, 257, nil),
    ] as [(Int, UInt16, [UInt8]?)])
  func grayKeysAsPillow(_ depth: Int, _ key: UInt16, _ row: [UInt8]?) throws {
    let levels = 1 << depth
    var stored: [UInt8] = [0]
    for first in stride(from: 0, to: levels, by: 8 / depth) {
      var byte: UInt8 = 0
      for level in first..<min(first + 8 / depth, levels) {
        byte |= UInt8(level) << (8 - depth * (level - first + 1))
      }
      stored.append(byte)
    }
    // One stored block of deflate, with zlib's header and checksum.
    let (low, high) = stored.reduce((1, 0)) { sums, byte in
      let low = (sums.0 + Int(byte)) % 65521
      return (low, (sums.1 + low) % 65521)
    }
    let count = UInt16(stored.count)
    let data: [UInt8] =
      [0x78, 1, 1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
      + stored + TestImage.bigEndian(UInt32(high << 16 | low))
    let bytes: [UInt8] =
      [137, 80, 78, 71, 13, 10, 26, 10]
      + TestImage.chunk(
        "IHDR",
        TestImage.bigEndian(UInt32(levels)) + TestImage.bigEndian(1) + [UInt8(depth), 0, 0, 0, 0])
      + TestImage.chunk("tRNS", [UInt8(key >> 8), UInt8(key & 255)])
      + TestImage.chunk("IDAT", data) + TestImage.chunk("IEND", [])
    let expected = row ?? (0..<256).map { $0 == 1 ? 255 : UInt8($0) }
    let image = try Image.test(bytes).image
    #expect(stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] } == expected)
  }

  @Test func checksumsAsPillow() throws {
    var ancillary = TestImage.chunk("tIME", [7, 232, 1, 1, 0, 0, 0])
    ancillary[ancillary.count - 1] ^= 1
    let early = try TestImage.png(with: [ancillary])
    guard case .corrupt(_, .png, let reason)? = refusal(early) else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("tIME"))
    // Allowed on request where the chunk is of no matter, and anyway behind the image data.
    let allowed = try Image.test(early, DecodeOptions(allowsTruncated: true))
    #expect(allowed.image == TestImage.small)
    #expect(allowed.warnings.contains { $0.contains("checksum") })
    #expect(
      try Image.test(TestImage.png(with: [ancillary], atEnd: true)).image == TestImage.small)

    var header = try TestImage.small.pngBytes()
    header[29] ^= 1
    #expect(refusal(header, DecodeOptions(allowsTruncated: true)) != nil)

    // The checksum of image data is not looked at.
    var data = try TestImage.small.pngBytes()
    data[data.count - 13] ^= 1
    #expect(try Image.test(data).image == TestImage.small)
  }

  @Test func limits() throws {
    var options = DecodeOptions()
    let bytes = try TestImage.small.pngBytes()

    options.limits.pixels = 6
    #expect(refusal(bytes, options) == nil)
    options.limits.pixels = 5
    #expect(
      refusal(bytes, options)
        == .exceedsLimit(name: "test", what: "3 x 2 = 6 pixels", limit: "5 pixels"))

    options = DecodeOptions()
    options.limits.bytes = bytes.count - 1
    guard case .exceedsLimit? = refusal(bytes, options) else {
      Issue.record("bytes")
      return
    }

    options = DecodeOptions()
    options.limits.pngChunkBytes = 99
    let large = try TestImage.png(with: [TestImage.chunk("tEXt", Array(repeating: 65, count: 100))])
    guard case .exceedsLimit(_, let what, _)? = refusal(large, options) else {
      Issue.record("chunk bytes")
      return
    }
    #expect(what == "a chunk tEXt of 100 bytes")

    options = DecodeOptions()
    options.limits.pngChunks = 10
    let many = try TestImage.png(
      with: Array(repeating: TestImage.chunk("tEXt", [65, 0]), count: 9))
    guard case .exceedsLimit? = refusal(many, options) else {
      Issue.record("chunks")
      return
    }
  }

  /// A header of 2^31 - 1 squared pixels is refused before memory is asked for.
  @Test func hugeHeader() throws {
    var bytes = try TestImage.small.pngBytes()
    let side: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF]
    bytes.replaceSubrange(16..<24, with: side + side)
    let checksum = bytes[12..<29].withUnsafeBytes { Zlib.crc32($0) }
    bytes.replaceSubrange(29..<33, with: TestImage.bigEndian(checksum))
    guard case .exceedsLimit? = refusal(bytes) else {
      Issue.record("accepted")
      return
    }
    // Nor does a limit that allows it overflow anything.
    var options = DecodeOptions()
    options.limits.pixels = .max
    #expect(refusal(bytes, options) != nil)
  }

  @Test(arguments: ["pngsuite/basn2c08.png", "pngsuite/basi6a16.png"])
  func truncated(_ name: String) throws {
    let bytes = try TestImage.committed(name)
    let whole = try Image.test(bytes).image
    let half = Array(bytes[..<(bytes.count * 2 / 3)])
    guard case .truncated(_, .png, _)? = refusal(half) else {
      Issue.record("accepted")
      return
    }
    let decoded = try Image.test(half, DecodeOptions(allowsTruncated: true))
    #expect(!decoded.warnings.isEmpty)
    #expect(decoded.image.width == whole.width && decoded.image.height == whole.height)
    #expect(decoded.image[0, 0] == whole[0, 0])
    #expect(decoded.image != whole)
  }

  @Test func missingEndIsNoMatter() throws {
    let bytes = try TestImage.small.pngBytes()
    let decoded = try Image.test(Array(bytes.dropLast(12)))
    #expect(decoded.image == TestImage.small)
    #expect(!decoded.warnings.isEmpty)
  }

  /// All pixels are there, but not the end of the compressed data: Pillow reads that, too.
  @Test(arguments: ["basn2c08", "basn6a08", "basi6a16", "basi0g01", "tp1n3p08"])
  func missingDataChecksumIsNoMatter(_ name: String) throws {
    let bytes = try TestImage.committed("pngsuite/\(name).png")
    let whole = try Image.test(bytes)
    #expect(whole.warnings.isEmpty)
    for cut in [12 + 4 + 1, 12 + 4 + 4] {
      let decoded = try Image.test(bytes.dropLast(cut))
      #expect(decoded.image == whole.image)
      #expect(!decoded.warnings.isEmpty)
    }
  }

  @Test func endWithLengthIsAnEnd() throws {
    var bytes = try TestImage.small.pngBytes()
    bytes[bytes.count - 12] = 0x50
    #expect(try Image.test(bytes).image == TestImage.small)
  }

  @Test func infoIsOfTheHeaderChunk() throws {
    var bytes = try TestImage.small.pngBytes()
    let info = try Image.info(of: bytes, name: "test")
    #expect((info.width, info.height) == (TestImage.small.width, TestImage.small.height))
    for (place, value) in [(12, UInt8(ascii: "x")), (19, 0)] {
      var damaged = bytes
      damaged[place] = value
      let error = #expect(throws: InputError.self) { try Image.info(of: damaged, name: "test") }
      #expect(error?.problem == .damaged)
    }
    bytes.removeLast(bytes.count - 20)
    #expect(throws: InputError.self) { try Image.info(of: bytes, name: "test") }
  }

  /// Any single damaged byte gives an image or an error.
  @Test(arguments: ["pngsuite/tp1n3p08.png", "pngsuite/basi0g02.png", "png/issue-403.png"])
  func damage(_ name: String) throws {
    let bytes = try TestImage.committed(name)
    var options = DecodeOptions(allowsTruncated: true)
    options.limits.pixels = 100_000
    var outcomes: Set<Bool> = []
    func decode(_ damaged: [UInt8]) {
      outcomes.insert(
        expectImageOrRefusal("test", limit: options.limits.pixels) {
          try Image.test(damaged, options)
        })
    }
    for position in bytes.indices {
      for flip in [UInt8(0x01), 0x80, 0xFF] {
        var damaged = bytes
        damaged[position] ^= flip
        decode(damaged)
        // The same behind intact checksums.
        if position >= 16, position < 29 {
          let checksum = damaged[12..<29].withUnsafeBytes { Zlib.crc32($0) }
          damaged.replaceSubrange(29..<33, with: TestImage.bigEndian(checksum))
          decode(damaged)
        }
      }
    }
    #expect(outcomes == [true, false])
  }
}
