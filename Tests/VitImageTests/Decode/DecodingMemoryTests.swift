import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// What decoding takes, told from the headers.
@Suite struct DecodingMemoryTests {
  private func memory(_ bytes: [UInt8], _ options: DecodeOptions = DecodeOptions()) throws -> Int {
    try CompressedImage(bytes: bytes, name: "test").decodingMemory(options)
  }

  /// The file and the pixels at least, and not more than the decoders can hold beside them.
  @Test(arguments: DecodeCommittedTests.references.filter { $0.dropped != nil })
  func coversFileAndPixels(_ reference: DecodeCommittedTests.Reference) throws {
    let bytes = try TestImage.committed(reference.file)
    let image = try Image.test(bytes, .likePillow).image
    let least = bytes.count + image.pixels.count
    let need = try memory(bytes)
    #expect(need >= least)
    // Coefficients are padded to whole units of at most 32 pixels a side.
    let padded = (image.width + 31) / 32 * 32 * ((image.height + 31) / 32 * 32)
    #expect(need <= least + padded * 8)
  }

  @Test func countsTheCoefficientsOfSeveralScans() throws {
    let progressive = try TestImage.committed("jpeg/go-video-001.progressive.truncated.jpeg")
    // 150 × 103 pixels without subsampling: 19 × 13 blocks of three components, 128 bytes each.
    #expect(try memory(progressive) == progressive.count + 150 * 103 * 3 + 19 * 13 * 3 * 128)
    let baseline = try TestImage.committed("jpeg/go-video-001.q50.440.jpeg")
    #expect(try memory(baseline) == baseline.count + 150 * 103 * 3)
  }

  @Test func countsThePassesOfAnInterlacedPNG() throws {
    let plain = try TestImage.committed("pngsuite/basn2c08.png")
    let interlaced = try TestImage.committed("pngsuite/basi2c08.png")
    #expect(try memory(plain) == plain.count + 32 * 32 * 3)
    #expect(try memory(interlaced) == interlaced.count + 32 * 32 * 7)
  }

  /// Long segments and junk before the frame, as in files with thumbnails and profiles.
  @Test func findsTheFrameBehindOtherSegments() throws {
    let name = "jpeg/go-video-001.q50.440.jpeg"
    let segment = (marker: UInt8(0xE2), data: [UInt8](repeating: 0xFF, count: 60_000))
    let bytes = try TestImage.jpeg(name, with: [segment, segment, segment])
    #expect(try memory(bytes) == bytes.count + 150 * 103 * 3)
    var junk = try TestImage.committed(name)
    junk.insert(contentsOf: [UInt8](repeating: 7, count: 10_000), at: 2)
    #expect(try memory(junk) == junk.count + 150 * 103 * 3)
  }

  @Test func whatIsRefusedCostsNothing() throws {
    let bytes = try TestImage.committed("jpeg/go-video-001.q50.440.jpeg")
    var options = DecodeOptions()
    options.limits.pixels = 100
    #expect(try memory(bytes, options) == bytes.count)
    options.limits.bytes = 100
    #expect(try memory(bytes, options) == 0)
    for count in 0..<200 { _ = try memory(Array(bytes[..<count])) }
    #expect(try memory([]) == 0)
    #expect(try memory(Array("GIF89a".utf8)) == 6)
  }

  /// A part of a file is read as if it were a file.
  @Test func aPartOfAFileIsDecoded() throws {
    let image = try TestImage.committed("pngsuite/basn2c08.png")
    let url = FileManager.default.temporaryDirectory.appending(path: "part-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data([1, 2, 3] + image + [4, 5]).write(to: url)
    let part = try CompressedImage(
      partOf: url.path, offset: 3, count: image.count, name: "archive/part")
    #expect(try part.decodingMemory(DecodeOptions()) == image.count + 32 * 32 * 3)
    #expect(try part.decode(DecodeOptions()).image == Image.test(image).image)
    let empty = try CompressedImage(partOf: url.path, offset: 3, count: 0, name: "archive/empty")
    #expect(throws: ImageError.empty(name: "archive/empty")) {
      try empty.decode(DecodeOptions())
    }
    #expect(throws: ImageError.self) {
      try CompressedImage(partOf: url.path, offset: 3, count: image.count + 3, name: "archive/long")
    }
    // Made shorter after it was opened.
    #expect(truncate(url.path, 50) == 0)
    #expect(throws: ImageError.self) { try part.decode(DecodeOptions()) }
  }
}
