import Foundation
import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

/// Files laid out as cameras' (`scripts/reference/make_raw_files.py`).
@Suite struct RAWDecoderTests {
  struct Expected: Decodable {
    let width: Int
    let height: Int
    let orientation: Int
    /// SHA-256 of the preview's pixels, as stored and turned.
    let stored: String
    let upright: String
  }

  static let expected: [String: Expected] =
    (try? JSONDecoder().decode(
      [String: Expected].self,
      from: Data(contentsOf: TestData.committed("images/raw/expected.json")))) ?? [:]

  @Test func thereAreFiles() { #expect(Self.expected.count == 11) }

  @Test(arguments: expected.keys.sorted()) func theLargestPreviewIsDecoded(name: String) throws {
    let expected = try #require(Self.expected[name])
    let bytes = try TestImage.committed("raw/" + name)
    let stored = try Image.test(bytes, .likePillow)
    #expect(stored.format == .raw && stored.image.digest == expected.stored)
    let upright = try Image.test(bytes)
    #expect(upright.image.digest == expected.upright)
    #expect(upright.orientation.rawValue == expected.orientation)
    #expect(
      upright.warnings.first
        == "camera raw file; its JPEG preview of \(expected.width) x \(expected.height) is used")
    #expect(ImageFormat.isName(name))
  }

  @Test(arguments: expected.keys.sorted()) func infoTellsOfThePreview(name: String) throws {
    let expected = try #require(Self.expected[name])
    let bytes = try TestImage.committed("raw/" + name)
    let info = try Image.info(of: bytes, name: name)
    #expect(info.format == .raw && info.orientation == expected.orientation)
    #expect(info.preview == .init(width: expected.width, height: expected.height))
    // The size of the sensor's data, where it is told.
    let isTold = !["canon.cr3", "fuji.raf", "olympus.orf", "panasonic.rw2"].contains(name)
    #expect(info.width == (isTold ? 60 : 48) && info.height == (isTold ? 40 : 32))
    let memory = try CompressedImage(bytes: bytes, name: name).memory(DecodeOptions())
    #expect(memory > bytes.count + expected.width * expected.height * 3)
  }

  @Test(arguments: expected.keys.sorted()) func damagedFilesGiveAnImageOrARefusal(
    name: String
  ) throws {
    let whole = try TestImage.committed("raw/" + name)
    var options = DecodeOptions(allowsTruncated: true)
    options.limits.pixels = 1 << 16
    for count in stride(from: 1, to: whole.count, by: 7) {
      _ = expectImageOrRefusal("test", limit: options.limits.pixels) {
        try Image.test(Array(whole.prefix(count)), options)
      }
    }
    var random = SystemRandomNumberGenerator.Seeded(state: 3)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      _ = expectImageOrRefusal("test", limit: options.limits.pixels) {
        try Image.test(bytes, options)
      }
      _ = try? Image.info(of: bytes, name: "test")
    }
  }

  /// Without its previews a raw file is refused by name.
  @Test func aFileWithoutAPreviewIsRefused() throws {
    var file = TIFFFile(bits: 8, samples: 1, photometric: 32803, data: [1, 2, 3])
    let error = #expect(throws: InputError.self) { try Image(bytes: file.bytes, name: "test") }
    #expect(error?.problem == .unsupported)
    #expect(error?.description.contains("no JPEG preview") == true)
    // A maker's name makes a TIFF no raw file.
    file = TIFFFile(bits: 8, samples: 1, photometric: 1, data: [UInt8](repeating: 1, count: 12))
    file.tags[271] = (2, [67, 97, 110, 111, 110, 0])
    #expect(try Image.info(of: file.bytes, name: "test").format == .tiff)
  }

  /// A JPEG begins in every eighth byte, and its segments are those of the ones behind it.
  @Test(.timeLimit(.minutes(1))) func previewsThatLeadIntoOneAnotherEnd() {
    let head = Array("FUJIFILMCCD-RAW ".utf8) + [UInt8](repeating: 0, count: 92)
    let pattern: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 6, 0, 0]
    let bytes = head + [[UInt8]](repeating: pattern, count: 1 << 21).flatMap { $0 }
    let error = #expect(throws: InputError.self) { try Image(bytes: bytes, name: "test") }
    #expect(error?.problem == .unsupported)
  }
}
