import Foundation
import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

/// HEIC and AVIF against what Pillow 13.0.0 and pillow-heif make of them.
@Suite(.enabled(if: TestData.collection != nil)) struct HEIFDecoderTests {
  /// Files that Pillow refuses and whose picture is there: EXIF of no length, transformations that need
  /// not be understood, and an entity group of later versions.
  static let mayBeRead: Set<String> = [
    "avif/magick.net-empty-exif.avif", "avif/libavif-clap_irot_imir_non_essential.avif",
    "avif/libavif-pyramid_pymd.avif",
  ]

  private func path(_ file: String) -> String { TestData.collection("formats-more/" + file).path }

  private func bytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: TestData.collection("formats-more/" + file)))
  }

  @Test(.enabled(if: DecodingLibrary.heif.isThere)) func heicIsNearPillow() throws {
    try expectNearPillow("heic", turned: { _ in .upright }, atLeast: 45)
  }

  @Test(.enabled(if: DecodingLibrary.avif.isThere)) func avifIsNearPillow() throws {
    try expectNearPillow(
      "avif", turned: { Orientation(rawValue: $0.orientation ?? 1)! }, atLeast: 50)
  }

  private func expectNearPillow(
    _ folder: String, turned: (ReferencePictures.Entry) -> Orientation, atLeast: Int
  ) throws {
    var count = 0
    for entry in try ReferencePictures.all(in: folder) {
      if entry.error != nil {
        let image = try? Image(contentsOf: path(entry.file))
        #expect(image == nil || Self.mayBeRead.contains(entry.file), "\(entry.file) is read")
        continue
      }
      // The picture is turned as `irot` and `imir` say also where EXIF's orientation is not applied.
      let image = try Image(contentsOf: path(entry.file), options: .likePillow)
      guard entry.unusual != true, let png = entry.png else { continue }
      try ReferencePictures.expectNear(image, png, entry, turned: turned(entry))
      if let overWhite = entry.overWhite {
        try ReferencePictures.expectNear(
          try Image(contentsOf: path(entry.file)), overWhite, entry, turned: turned(entry))
      }
      count += 1
    }
    #expect(count >= atLeast)
  }

  /// What the headers tell is what comes of decoding.
  @Test(arguments: ["heic", "avif"]) func infoTellsSizeAndFrames(folder: String) throws {
    var count = 0
    for entry in try ReferencePictures.all(in: folder) where entry.error == nil {
      let info = try Image.info(contentsOf: path(entry.file))
      #expect([info.width, info.height] == entry.size, "\(entry.file)")
      #expect(info.orientation == (folder == "heic" ? 1 : entry.orientation ?? 1), "\(entry.file)")
      #expect(info.frameCount == entry.frames ?? 1, "\(entry.file)")
      count += 1
    }
    #expect(count >= 45)
  }

  static let colors:
    [(file: String, bits: Int, ImageInfo.Color, hasAlpha: Bool, profile: String?)] = [
      ("heic/own-gray.heic", 8, .gray, false, "sRGB"),
      ("heic/own-12bit-422.heic", 12, .ycbcr, false, "sRGB"),
      ("heic/own-alpha-premultiplied.heic", 8, .ycbcr, true, "sRGB"),
      ("avif/libavif-colors_hdr_p3.avif", 10, .ycbcr, false, "P3, PQ"),
      ("avif/libavif-colors-animated-12bpc-keyframes-0-2-3.avif", 12, .ycbcr, true, nil),
      ("avif/kimageformats-rotated180.avif", 8, .rgb, false, "sRGB"),
    ]

  @Test(arguments: colors)
  func infoTellsColor(
    file: String, bits: Int, color: ImageInfo.Color, hasAlpha: Bool, profile: String?
  ) throws {
    let info = try Image.info(contentsOf: path(file))
    #expect(info.bitsPerChannel == bits)
    #expect(info.color == color)
    #expect(info.hasAlpha == hasAlpha)
    #expect(info.profile == profile)
  }

  /// Nothing that is short of its end crashes, and what is short of much of it is refused.
  @Test(arguments: ["heic/own-8bit-420-cut-tail.heic", "avif/own-8bit-422.avif"])
  func everyPrefixGivesAnImageOrARefusal(file: String) throws {
    let bytes = try bytes(file)
    for allowsTruncated in [false, true] {
      let options = DecodeOptions(allowsTruncated: allowsTruncated)
      for count in 1..<bytes.count {
        let isImage = expectImageOrRefusal("test", limit: options.limits.pixels) {
          try Image.test(Array(bytes[..<count]), options)
        }
        #expect(!isImage || count > bytes.count - 16, "\(count) of \(bytes.count) bytes")
      }
    }
  }

  /// Of a grid of two tiles of 64 rows, whose second one is cut, the rows of the first remain.
  @Test(.enabled(if: DecodingLibrary.avif.isThere)) func rowsOfAGridRemain() throws {
    let bytes = try bytes("avif/libavif-color_grid_alpha_nogrid.avif")
    let whole = try Image.test(bytes).image
    let cut = Array(bytes.dropLast(73))
    let error = refusal(cut)
    if case .truncated = error {} else { Issue.record("\(error?.description ?? "accepted")") }
    let part = try Image.test(cut, DecodeOptions(allowsTruncated: true))
    #expect(part.warnings == ["the image data breaks off after 63 of 80 rows; the rest is black"])
    #expect(part.image.pixels.prefix(63 * 80 * 3) == whole.pixels.prefix(63 * 80 * 3))
    #expect(part.image.pixels.dropFirst(63 * 80 * 3).allSatisfy { $0 == 0 })
  }

  @Test(arguments: ["heic/own-two-images-primary-second.heic", "avif/own-animated.avif"])
  func memoryCoversTheFileAndThePixels(file: String) throws {
    let image = try CompressedImage(contentsOf: path(file))
    let need = try image.memory(DecodeOptions())
    #expect(need >= image.byteCount + 61 * 43 * 3)
    #expect(need < 16 << 20)
    var options = DecodeOptions()
    options.limits.pixels = 61 * 43 - 1
    #expect(try image.memory(options) == image.byteCount)
    let error = #expect(throws: InputError.self) {
      try Image(contentsOf: path(file), options: options)
    }
    #expect(error?.problem == .tooLarge)
  }
}
