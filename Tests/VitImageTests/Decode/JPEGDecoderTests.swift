import Testing

@testable import VitImage

@Suite struct JPEGDecoderTests {
  static let progressive = "jpeg/go-video-001.progressive.truncated.jpeg"

  @Test func pixelLimit() throws {
    let bytes = try TestImage.committed("jpeg/wuffs-peacock.s1x3.jpeg")
    var options = DecodeOptions()
    options.limits.pixels = 7500
    #expect(refusal(bytes, options) == nil)
    options.limits.pixels = 7499
    #expect(
      refusal(bytes, options)
        == .exceedsLimit(name: "test", what: "100 x 75 = 7500 pixels", limit: "7499 pixels"))
  }

  @Test func scanLimit() throws {
    let bytes = try TestImage.committed(Self.progressive)
    var options = DecodeOptions()
    options.limits.progressiveScans = 2
    guard case .exceedsLimit(_, _, "2 scans")? = refusal(bytes, options) else {
      Issue.record("accepted")
      return
    }
  }

  @Test(arguments: ["jpeg/go-video-001.rgb.jpeg", progressive, "jpeg/libjpeg-turbo-testimgari.jpg"])
  func truncated(_ name: String) throws {
    let bytes = try TestImage.committed(name)
    let whole = try Image.test(bytes).image
    let half = Array(bytes[..<(bytes.count / 2)])
    guard case .truncated(_, .jpeg, _)? = refusal(half) else {
      Issue.record("accepted")
      return
    }
    let decoded = try Image.test(half, DecodeOptions(allowsTruncated: true))
    #expect(!decoded.warnings.isEmpty)
    #expect(decoded.image.width == whole.width && decoded.image.height == whole.height)
    #expect(decoded.image != whole)
  }

  /// A file cut within its metadata has nothing to show.
  @Test func truncatedHeader() throws {
    let bytes = Array(try TestImage.committed("jpeg/zune-image-re.jpg")[..<40])
    guard case .truncated? = refusal(bytes) else {
      Issue.record("accepted")
      return
    }
    #expect(refusal(bytes, DecodeOptions(allowsTruncated: true)) != nil)
  }

  @Test func twoComponentsAreUnsupported() throws {
    // A header of two components, up to the first scan.
    let bytes: [UInt8] =
      [0xFF, 0xD8, 0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0]
      + [0xFF, 0xDA, 0, 10, 2, 1, 0, 2, 0, 0, 63, 0] + [0, 0, 0xFF, 0xD9]
    guard case .unsupported(_, .jpeg, let reason)? = refusal(bytes) else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("2 colour components"))
  }

  /// Complaints of libjpeg that Pillow does not heed are warnings.
  @Test func warnings() throws {
    let bytes = try TestImage.committed("jpeg/wuffs-peacock.s1x3.jpeg")
    let whole = try Image.test(bytes)
    #expect(whole.warnings.isEmpty)
    var junk = bytes
    junk.insert(contentsOf: [0x12, 0x34], at: 2 + 2 + Int(bytes[4]) << 8 + Int(bytes[5]))
    let decoded = try Image.test(junk)
    #expect(decoded.image == whole.image)
    #expect(decoded.warnings.count == 1)
    #expect(decoded.warnings[0].contains("extraneous"))
  }

  /// Any single damaged byte gives an image or an error.
  @Test(arguments: ["jpeg/zune-image-re.jpg", "jpeg/derived-ycck.jpg"])
  func damage(_ name: String) throws {
    let bytes = try TestImage.committed(name)
    var options = DecodeOptions()
    options.limits.pixels = 100_000
    var outcomes: Set<Bool> = []
    for position in bytes.indices {
      for flip in [UInt8(0x01), 0x80, 0xFF] {
        var damaged = bytes
        damaged[position] ^= flip
        options.allowsTruncated = flip == 0xFF
        outcomes.insert(
          expectImageOrRefusal("test", limit: options.limits.pixels) {
            try Image.test(damaged, options)
          })
      }
    }
    #expect(outcomes == [true, false])
  }
}
