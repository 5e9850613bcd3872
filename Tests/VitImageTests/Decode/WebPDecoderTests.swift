import Testing
import VitSystem

@testable import VitImage

@Suite struct WebPDecoderTests {
  /// One red pixel, lossless, as libwebp 1.2.4 writes it: `cwebp -lossless`.
  private static let red: [UInt8] =
    [0x2F, 0, 0, 0, 0, 0x07, 0x10, 0xFD, 0x8F, 0xFE, 0x07, 0x22, 0xA2, 0xFF, 0x01]

  private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(value >> (8 * $0) & 255) }
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    Array(type.utf8) + number(data.count, 4) + data + (data.count % 2 == 0 ? [] : [0])
  }

  private static func file(_ chunks: [UInt8]...) -> [UInt8] {
    let content = Array("WEBP".utf8) + chunks.flatMap { $0 }
    return Array("RIFF".utf8) + number(content.count, 4) + content
  }

  private static func header(flags: UInt8, _ width: Int, _ height: Int) -> [UInt8] {
    chunk("VP8X", [flags, 0, 0, 0] + number(width - 1, 3) + number(height - 1, 3))
  }

  private static func frame(_ left: Int, _ top: Int, _ image: [UInt8]) -> [UInt8] {
    let place = number(left / 2, 3) + number(top / 2, 3) + number(0, 3) + number(0, 3)
    return chunk("ANMF", place + number(100, 3) + [0] + image)
  }

  @Test func aLosslessImageIsRead() throws {
    let image = try Image(bytes: Self.file(Self.chunk("VP8L", Self.red)), name: "test")
    #expect(image.pixels == [255, 0, 0])
  }

  /// The first frame, on a canvas that is transparent, or black where the file has no transparency.
  @Test func aFrameLiesOnItsCanvas() throws {
    let frame = Self.frame(2, 0, Self.chunk("VP8L", Self.red))
    let opaque = Self.file(
      Self.header(flags: 2, 3, 1), Self.chunk("ANIM", [UInt8](repeating: 0, count: 6)), frame,
      frame)
    #expect(
      try Image(bytes: opaque, name: "test").pixels == [0, 0, 0, 0, 0, 0, 255, 0, 0])
    let transparent = Self.file(
      Self.header(flags: 2 | 16, 3, 1), Self.chunk("ANIM", [UInt8](repeating: 0, count: 6)), frame)
    #expect(
      try Image(bytes: transparent, name: "test").pixels
        == [255, 255, 255, 255, 255, 255, 255, 0, 0])
    #expect(try Image.info(of: opaque, name: "test").frameCount == 2)
  }

  @Test(arguments: [
    (file(header(flags: 0, 2, 1), chunk("VP8L", red)), "on a canvas of 2 x 1"),
    (file(header(flags: 2, 1, 1), frame(2, 0, chunk("VP8L", red))), "sticks out"),
    (file(header(flags: 2, 1, 1)), "without frames"),
    (file(chunk("VP8 ", [1, 0, 0, 0x9D, 1, 0x2A, 1, 0, 1, 0])), "key frame"),
    (file(chunk("ICCP", red)), "begins with a chunk ICCP"),
    (Array(file(chunk("VP8L", red)).dropLast(4)), "32 of 36 bytes"),
  ])
  func whatIsWrongIsTold(_ bytes: [UInt8], _ reason: String) {
    let error = #expect(throws: InputError.self) { try Image(bytes: bytes, name: "test") }
    #expect(error?.problem == .damaged)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  /// The byte that fills up the last chunk is missing, and no pixel.
  @Test func whatIsMissingIsToldWhereItIsAllowed() throws {
    let cut = Array(Self.file(Self.chunk("VP8L", Self.red)).dropLast())
    let decoded = try Image.test(cut, DecodeOptions(allowsTruncated: true))
    #expect(decoded.image.pixels == [255, 0, 0])
    #expect(decoded.warnings == ["35 of 36 bytes are there"])
  }

  @Test func exifTurns() throws {
    // One directory entry: the orientation, 6.
    let exif: [UInt8] =
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
    let bytes = Self.file(
      Self.header(flags: 8, 1, 1), Self.chunk("VP8L", Self.red), Self.chunk("EXIF", exif))
    #expect(try Image.test(bytes).orientation == .rotated90Clockwise)
    #expect(try Image.info(of: bytes, name: "test").orientation == 6)
    #expect(try Image.test(bytes, .likePillow).orientation == .upright)
  }

  /// A packet of a megabyte is in memory while it is searched for the orientation.
  @Test func packetsCountAsMemory() throws {
    func memory(_ packet: [UInt8]) throws -> Int {
      let bytes = Self.file(
        Self.header(flags: 4, 1, 1), Self.chunk("VP8L", Self.red), Self.chunk("XMP ", packet))
      return try CompressedImage(bytes: bytes, name: "test").memory(DecodeOptions()) - bytes.count
    }
    #expect(try memory([]) < 1 << 20)
    #expect(try memory([UInt8](repeating: 32, count: 1 << 20)) >= 3 << 20)
  }

  @Test func everyPrefixIsSafe() {
    let bytes = Self.file(
      Self.header(flags: 2, 3, 1), Self.chunk("ANIM", [UInt8](repeating: 0, count: 6)),
      Self.frame(2, 0, Self.chunk("VP8L", Self.red)))
    var options = DecodeOptions()
    options.allowsTruncated = true
    for length in 0..<bytes.count {
      _ = try? Image(bytes: Array(bytes.prefix(length)), name: "test", options: options)
      #expect(throws: InputError.self) {
        try Image(bytes: Array(bytes.prefix(length)), name: "test")
      }
    }
  }
}
