import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// What decoding takes, told from the headers.
@Suite struct DecodingMemoryTests {
  private func memory(_ bytes: [UInt8], _ options: DecodeOptions = DecodeOptions()) throws -> Int {
    try CompressedImage(bytes: bytes, name: "test").memory(options)
  }

  /// The pixels, the strip that turns them, and what the decoder keeps whatever the image.
  private func pixels(_ width: Int, _ height: Int) -> Int {
    width * (height + min(32, height)) * 3 + 48 << 10
  }

  /// The rows of libjpeg.
  private func jpegRows(_ width: Int, components: Int, highest: Int) -> Int {
    (width + 64) * components * highest * 17 + 4 * width
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
    // A few rows, and the texts of small test files.
    #expect(need <= least + padded * 8 + (image.width + 64) * 400 + 48 << 10 + 3 << 20)
  }

  @Test func countsTheCoefficientsOfSeveralScans() throws {
    let progressive = try TestImage.committed("jpeg/go-video-001.progressive.truncated.jpeg")
    // 150 × 103 pixels without subsampling: 19 × 13 blocks of three components, 128 bytes each, and a
    // pointer to each row of them.
    #expect(
      try memory(progressive) == progressive.count + pixels(150, 103) + (19 * 128 + 8) * 13 * 3
        + jpegRows(150, components: 3, highest: 1))
    let baseline = try TestImage.committed("jpeg/go-video-001.q50.440.jpeg")
    #expect(
      try memory(baseline) == baseline.count + pixels(150, 103)
        + jpegRows(150, components: 3, highest: 2))
  }

  @Test func countsThePassesOfAnInterlacedPNG() throws {
    let plain = try TestImage.committed("pngsuite/basn2c08.png")
    let interlaced = try TestImage.committed("pngsuite/basi2c08.png")
    let rows = 2 * (32 * 4 + 64)
    #expect(try memory(plain) == plain.count + pixels(32, 32) + rows + 32 * 4)
    #expect(try memory(interlaced) == interlaced.count + pixels(32, 32) + rows + 32 * 32 * 4)
  }

  /// Long segments and junk before the frame, as in files with thumbnails and profiles.
  @Test func findsTheFrameBehindOtherSegments() throws {
    let name = "jpeg/go-video-001.q50.440.jpeg"
    let segment = (marker: UInt8(0xE2), data: [UInt8](repeating: 0xFF, count: 60_000))
    let bytes = try TestImage.jpeg(name, with: [segment, segment, segment])
    let need = pixels(150, 103) + jpegRows(150, components: 3, highest: 2)
    #expect(try memory(bytes) == bytes.count + need)
    var junk = try TestImage.committed(name)
    // Behind the segment of JFIF.
    junk.insert(contentsOf: [UInt8](repeating: 7, count: 10_000), at: 20)
    #expect(try memory(junk) == junk.count + need)
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
    #expect(try memory(Array("8BPS".utf8)) == 4)
  }

  /// A part of a file is read as if it were a file.
  @Test func aPartOfAFileIsDecoded() throws {
    let image = try TestImage.committed("pngsuite/basn2c08.png")
    let url = FileManager.default.temporaryDirectory.appending(path: "part-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data([1, 2, 3] + image + [4, 5]).write(to: url)
    let part = try CompressedImage(
      partOf: url.path, offset: 3, count: image.count, name: "archive/part")
    #expect(try part.memory(DecodeOptions()) == memory(image))
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

  /// A PNG of one row of 40,000,000 pixels of 8 bytes, of a few kB: two rows of libpng and one with
  /// transparency are kept beside the pixels.
  @Test func countsTheRowsOfAWidePNG() throws {
    let width = 40_000_000
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    let header =
      PNGChunks.signature + number(13) + Array("IHDR".utf8) + number(width) + number(1)
      + [16, 6, 0, 0, 0] + number(0)
    let need = try memory(header)
    #expect(need >= width * (2 * 8 + 4 + 3))
    #expect(need < width * (2 * 8 + 4 + 3 + 3) + 1 << 20)
  }

  /// Sides of 31 bits, where any number of pixels is allowed.
  @Test func sizesBeyondAnyMemoryDoNotOverflow() throws {
    var options = DecodeOptions()
    options.limits.pixels = .max
    let side: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF]
    let png =
      PNGChunks.signature + [0, 0, 0, 13] + Array("IHDR".utf8) + side + side + [8, 2, 0, 0, 0]
      + [0, 0, 0, 0]
    #expect(try memory(png, options) == png.count)
    let bmp =
      Array("BM".utf8) + [UInt8](repeating: 0, count: 8) + [54, 0, 0, 0, 40, 0, 0, 0]
      + side.reversed() + side.reversed() + [1, 0, 24, 0] + [UInt8](repeating: 0, count: 24)
    #expect(try memory(bmp, options) == bmp.count)
  }

  /// A text that inflates to a megabyte is in memory twice while its digits are read; one that nothing
  /// is looked for in is not read.
  @Test(arguments: [
    ("zTXt", "Raw profile type exif", 0, 3 << 20), ("iTXt", "XML:com.adobe.xmp", 1, 3 << 20),
    ("iTXt", "XML:com.adobe.xmp", 0, 0), ("tEXt", "Raw profile type exif", 0, 0),
    ("zTXt", "Comment", 0, 0),
  ])
  func countsTheTextsOfAPNG(type: String, keyword: String, flag: UInt8, need: Int) throws {
    var bytes = try TestImage.committed("pngsuite/basn2c08.png")
    let before = try memory(bytes) - bytes.count
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    let text = Array(keyword.utf8) + [0, flag] + [UInt8](repeating: 65, count: 5000)
    bytes.insert(
      contentsOf: number(text.count) + Array(type.utf8) + text + number(0), at: 33)
    #expect(try memory(bytes) == bytes.count + max(before, need))
    var options = DecodeOptions()
    options.limits.pngTextBytes = 1000
    #expect(try memory(bytes, options) == bytes.count + before)
  }

  /// Every chunk of a file of very many is decoded, and costs no memory of its own.
  @Test func aMillionChunksCostNoMore() throws {
    let whole = try TestImage.committed("pngsuite/basn2c08.png")
    let split = try TestImage.splittingImageData(whole)
    #expect(split.count > whole.count)
    #expect(try Image.test(split).image == Image.test(whole).image)
    #expect(try memory(split) - split.count == memory(whole) - whole.count)
    // Cut within the last of them.
    var options = DecodeOptions()
    options.allowsTruncated = true
    #expect(throws: ImageError.self) { try Image.test(Array(split.dropLast(40))) }
    _ = try Image.test(Array(split.dropLast(40)), options)
  }

  /// What preprocessing takes is the more of the two where the model's image is large.
  @Test func preprocessingIsCounted() throws {
    let image = CompressedImage(bytes: try TestImage.committed("pngsuite/basn2c08.png"), name: "a")
    let large = Preprocessing(
      resize: .exact(width: 9000, height: 9000), filter: .bicubic, crop: nil,
      normalization: Normalization(
        rescaling: .division, mean: [0, 0, 0], standardDeviation: [1, 1, 1]))
    let need = try image.memory(DecodeOptions(), preprocessing: large.memory(width:height:))
    #expect(need >= 9000 * 9000 * (3 + 12))
    #expect(need < 9000 * 9000 * (3 + 12) + 1 << 20)
    // One row of 40,000,000 pixels squeezed to 224 has weights for each of them.
    let squeezed = Preprocessing(
      resize: .exact(width: 224, height: 224), filter: .bicubic, crop: nil,
      normalization: large.normalization)
    #expect(squeezed.memory(width: 40_000_000, height: 1) > 40_000_000 * 4 * 4)
    // What is refused takes nothing.
    let long = Preprocessing(
      resize: .shortestEdge(224), filter: .bicubic, crop: nil, normalization: large.normalization)
    #expect(long.memory(width: 40_000_000, height: 1) == 0)
  }
}
