import Foundation
import Testing
import VitCheckpoint
import VitSystem
import VitTestSupport

@testable import VitImage

@Suite(.enabled(if: isLibraryThere(.tiff))) struct TIFFDecoderTests {
  /// Planes of 16 bits without compression: Pillow reads each second byte of them as a pixel. They
  /// show what the file of 8 bits beside one of them does.
  static let misreadByPillow: Set<String> = [
    "tiff/twelvemonkeys-flower-rgb-planar-16.tif",
    "tiff/twelvemonkeys-flower-separated-planar-16.tif",
  ]

  /// Pillow 13.0.0's pixels: as stored, turned, and over white.
  @Test(.enabled(if: TestData.collection != nil)) func equalsPillow() throws {
    var count = 0
    for entry in try CollectionManifest(of: "formats-more").files
    where entry.file.hasPrefix("tiff/") && entry.error == nil {
      let path = TestData.collection("formats-more/" + entry.file).path
      let image = try Image(contentsOf: path, options: .likePillow)
      if entry.unusual == true || Self.misreadByPillow.contains(entry.file) { continue }
      #expect(image.digest == entry.digestAsStored ?? entry.digest, "\(entry.file)")
      var turned = DecodeOptions.likePillow
      turned.appliesOrientation = true
      #expect(try Image(contentsOf: path, options: turned).digest == entry.digest, "\(entry.file)")
      if let overWhite = entry.digestOverWhite {
        #expect(try Image(contentsOf: path).digest == overWhite, "\(entry.file) over white")
      }
      count += 1
    }
    #expect(count >= 68)
  }

  @Test(.enabled(if: TestData.collection != nil)) func planesOf16BitsShowWhatThoseOf8Do() throws {
    func image(_ bits: String) throws -> Image {
      try Image(
        contentsOf: TestData.collection(
          "formats-more/tiff/twelvemonkeys-flower-rgb-planar-\(bits).tif"
        ).path)
    }
    let (eight, sixteen) = (try image("08"), try image("16"))
    let worst = zip(eight.pixels, sixteen.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= 1)
  }

  /// What Pillow refuses or clips, and hostile files: an image within the limits or an error.
  @Test(.enabled(if: TestData.collection != nil)) func damagedFilesGiveAnImageOrARefusal() throws {
    let folder = TestData.collection("formats-more/tiff")
    var options = DecodeOptions(allowsTruncated: true)
    options.limits.pixels = 1 << 19
    var random = SystemRandomNumberGenerator.Seeded(state: 7)
    var images = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let whole = Array(try Data(contentsOf: folder.appending(path: file)))
      for round in 0..<60 {
        var bytes = whole
        // Mostly in the first and the last part, where directories lie.
        for _ in 0..<(1 + round % 4) {
          let reach = min(bytes.count, 400)
          let place = Int.random(in: 0..<reach, using: &random)
          let index = round % 2 == 0 ? place : bytes.count - 1 - place
          bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        if round % 5 == 4 { bytes.removeLast(Int.random(in: 1...reach(bytes), using: &random)) }
        let memory = try CompressedImage(bytes: bytes, name: "test").memory(options)
        #expect(memory >= 0)
        let isImage = expectImageOrRefusal("test", limit: options.limits.pixels) {
          try Image.test(bytes, options)
        }
        if isImage { images += 1 }
      }
    }
    #expect(images > 1000)
  }

  private func reach(_ bytes: [UInt8]) -> Int { max(1, bytes.count / 2) }

  // MARK: Samples

  private static func reds(_ file: TIFFFile) throws -> [UInt8] {
    let image = try Image(bytes: file.bytes, name: "test")
    return stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }
  }

  /// The high byte, in both byte orders, and of what is black where 0 is white.
  @Test(arguments: [false, true]) func grayOf16And32Bits(isBigEndian: Bool) throws {
    let values: [UInt16] = [0, 0x00FF, 0x0100, 0x7FFF, 0xFFFF, 0x1234]
    func data<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
      numbers.flatMap { number in
        withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
      }
    }
    for isBig in [false, true] {
      func file(_ bits: Int, _ photometric: Int, _ format: Int, _ data: [UInt8]) -> TIFFFile {
        TIFFFile(
          bits: bits, samples: 1, photometric: photometric, isBigEndian: isBigEndian, isBig: isBig,
          width: 3, height: 2, format: format, data: data)
      }
      #expect(try Self.reds(file(16, 1, 1, data(values))) == [0, 0, 1, 0x7F, 0xFF, 0x12])
      #expect(try Self.reds(file(16, 0, 1, data(values))) == [255, 255, 254, 0x80, 0, 0xED])
      let long = values.map { UInt32($0) << 16 | 0xFFFF }
      #expect(try Self.reds(file(32, 1, 1, data(long))) == [0, 0, 1, 0x7F, 0xFF, 0x12])
      let signed: [Int16] = [-0x8000, -1, 0, 0x4000, 0x7FFF, 0x7F00]
      #expect(try Self.reds(file(16, 1, 2, data(signed))) == [0, 127, 128, 191, 255, 254])
      let reals: [Float] = [-1, 0, 0.5, 1, 7, .nan]
      let real = file(32, 1, 3, data(reals.map(\.bitPattern)))
      #expect(try Self.reds(real) == [0, 0, 128, 255, 255, 0])
      var told = real
      told.tags[340] = (11, [-1])
      told.tags[341] = (12, [7])
      #expect(try Self.reds(told) == [0, 32, 48, 64, 255, 0])
    }
  }

  /// All values of few bits are the range of eight; of more than eight bits it is the high ones.
  @Test(arguments: [(1, 4), (2, 4), (3, 8), (5, 4), (7, 2), (12, 2), (14, 4)])
  func grayOfOtherBits(bits: Int, width: Int) throws {
    let values = (0..<width).map { $0 * ((1 << bits) - 1) / (width - 1) }
    var packed = [UInt8](repeating: 0, count: (bits * width + 7) / 8)
    for (index, value) in values.enumerated() {
      for bit in 0..<bits where value >> (bits - 1 - bit) & 1 != 0 {
        packed[(index * bits + bit) / 8] |= 0x80 >> UInt8((index * bits + bit) % 8)
      }
    }
    let file = TIFFFile(
      bits: bits, samples: 1, photometric: 1, width: width, height: 1, data: packed)
    let most = 1 << bits - 1
    let expected = values.map { bits < 8 ? ($0 * 255 + most / 2) / most : $0 >> (bits - 8) }
    #expect(try Self.reds(file) == expected.map(UInt8.init))
  }

  @Test func alphaIsDividedOutOrKeptOrDropped() throws {
    func pixel(_ extra: Int, _ options: DecodeOptions) throws -> [UInt8] {
      let file = TIFFFile(
        bits: 8, samples: 4, photometric: 2, width: 1, height: 1, extra: [extra],
        data: [100, 50, 0, 128])
      return try Image(bytes: file.bytes, name: "test", options: options).pixels
    }
    #expect(try pixel(0, DecodeOptions()) == [100, 50, 0])
    #expect(try pixel(2, .likePillow) == [100, 50, 0])
    #expect(try pixel(2, DecodeOptions()) == [177, 152, 127])
    #expect(try pixel(1, .likePillow) == [199, 99, 0])
    // Behind another sample.
    let file = TIFFFile(
      bits: 8, samples: 5, photometric: 2, width: 1, height: 1, extra: [0, 2],
      data: [100, 50, 0, 7, 128])
    #expect(try Image(bytes: file.bytes, name: "test").pixels == [177, 152, 127])
  }

  /// One sample a pixel lies in planes as it does otherwise.
  @Test func aPlaneOfOneSampleIsRead() throws {
    var file = TIFFFile(bits: 8, samples: 1, photometric: 1, data: Array(10..<22))
    file.set(284, [2])
    #expect(try Self.reds(file) == Array(10..<22))
  }

  @Test func cmykIsPlain() throws {
    let file = TIFFFile(
      bits: 8, samples: 4, photometric: 5, width: 1, height: 1, data: [10, 20, 30, 40])
    #expect(try Image(bytes: file.bytes, name: "test").pixels == [207, 198, 190])
  }

  /// What Little CMS makes of Lab, of Pillow 13.0.0: white, black, a gray and three colours.
  @Test func labIsSRGB() throws {
    let lab: [UInt8] = [
      255, 0, 0, 0, 0, 0, 128, 0, 0, 136, 81, 70, 88, 47, 160, 200, 200, 90,
    ]
    let file = TIFFFile(bits: 8, samples: 3, photometric: 8, width: 6, height: 1, data: lab)
    #expect(
      try Image(bytes: file.bytes, name: "test").pixels
        == [254, 255, 254, 1, 0, 1, 119, 119, 119, 250, 2, 3, 16, 56, 241, 109, 219, 0])
  }

  @Test func planesAndTilesAreTheSamePicture() throws {
    let (width, height) = (21, 18)
    let pixels = (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 50) }
    var file = TIFFFile(
      bits: 8, samples: 3, photometric: 2, width: width, height: height, data: pixels)
    #expect(try Image(bytes: file.bytes, name: "test").pixels == pixels)
    // Strips of five rows.
    file.set(278, [5])
    file.data = stride(from: 0, to: height, by: 5).map {
      Array(pixels[($0 * width * 3)..<(min($0 + 5, height) * width * 3)])
    }
    #expect(try Image(bytes: file.bytes, name: "test").pixels == pixels)
    func plane(_ channel: Int, columns: Range<Int>, rows: Range<Int>) -> [UInt8] {
      rows.flatMap { row in
        columns.map { column in
          row < height && column < width ? pixels[(row * width + column) * 3 + channel] : 99
        }
      }
    }
    var planes = file
    planes.set(284, [2])
    planes.set(278, [height])
    planes.data = (0..<3).map { plane($0, columns: 0..<width, rows: 0..<height) }
    #expect(try Image(bytes: planes.bytes, name: "test").pixels == pixels)
    planes.tags[278] = nil
    planes.set(322, [16])
    planes.set(323, [16])
    planes.data = (0..<3).flatMap { channel in
      [0, 16].flatMap { row in
        [0, 16].map { plane(channel, columns: $0..<($0 + 16), rows: row..<(row + 16)) }
      }
    }
    #expect(try Image(bytes: planes.bytes, name: "test").pixels == pixels)
  }

  // MARK: Options

  @Test func theOrientationCountsOnce() throws {
    var file = TIFFFile(
      bits: 8, samples: 1, photometric: 1, width: 3, height: 1, data: [10, 20, 30])
    file.set(274, [8])
    let decoded = try Image.test(file.bytes)
    #expect(decoded.orientation == .rotated90CounterClockwise && decoded.image.width == 1)
    #expect(decoded.image.pixels == [30, 30, 30, 20, 20, 20, 10, 10, 10])
    #expect(try Image(bytes: file.bytes, name: "test", options: .likePillow).width == 3)
  }

  @Test func whatIsMissingIsToldOrBlack() throws {
    // A strip for each row, and one of which some is there.
    for rowsPerStrip in [1, 4] {
      var file = TIFFFile(
        bits: 8, samples: 1, photometric: 1, width: 2, height: 4,
        data: [UInt8](repeating: 200, count: 8))
      if rowsPerStrip == 1 { file.data = [[UInt8]](repeating: [200, 200], count: 4) }
      let cut = Array(file.bytes.dropLast(3))
      let error = #expect(throws: InputError.self) { try Image(bytes: cut, name: "test") }
      #expect(error?.problem == .damaged)
      #expect(error?.description.contains("truncated TIFF") == true, "\(error?.description ?? "")")
      let decoded = try Image.test(cut, DecodeOptions(allowsTruncated: true))
      #expect(
        decoded.image.pixels
          == [UInt8](repeating: 200, count: 12) + [UInt8](repeating: 0, count: 12))
      #expect(decoded.warnings.contains { $0.contains("after 2 of 4 rows") })
    }
  }

  @Test func everyStartOfAFileGivesAnImageOrARefusal() throws {
    var file = TIFFFile(
      bits: 8, samples: 3, photometric: 2, data: [UInt8](repeating: 9, count: 36))
    file.set(274, [6])
    for options in [DecodeOptions(), DecodeOptions(allowsTruncated: true)] {
      for count in 1..<file.bytes.count {
        _ = expectImageOrRefusal("test", limit: 12) {
          try Image.test(Array(file.bytes.prefix(count)), options)
        }
      }
    }
  }

  // MARK: Limits

  @Test(arguments: [
    (8, 3, 2, [339: [3, 3, 3]], "signed samples"), (16, 1, 1, [339: [3]], "real numbers of 16"),
    (64, 1, 1, [:], "gray of 64"), (8, 1, 32803, [:], "raw"), (8, 4, 5, [332: [2]], "inks"),
    (8, 2, 1, [:], "2 samples a pixel"), (16, 3, 8, [:], "L*a*b*"), (8, 1, 3, [:], "palette"),
    (8, 3, 2, [259: [34661]], "JBIG"), (8, 3, 2, [259: [12345]], "compression 12345"),
    (8, 3, 2, [322: [16], 323: [1 << 30]], "limit"), (8, 3, 2, [256: [0]], "0 x 3"),
    (8, 3, 2, [256: [1 << 30], 257: [1 << 20]], "limit"), (8, 200, 2, [:], "200 samples"),
    (8, 3, 2, [284: [7]], "planar"), (8, 3, 6, [284: [2]], "planes"),
  ])
  func whatIsNotReadIsToldByName(
    bits: Int, samples: Int, photometric: Int, more: [Int: [Int]], told: String
  ) {
    var file = TIFFFile(bits: bits, samples: samples, photometric: photometric, data: [1, 2, 3])
    for (tag, values) in more { file.set(tag, values) }
    if told == "signed samples" { file.set(339, [2, 2, 2]) }
    let error = #expect(throws: InputError.self) { try Image(bytes: file.bytes, name: "test") }
    #expect(error?.description.contains(told) == true, "\(error?.description ?? "")")
  }

  /// Many tags that each tell of the whole file: libtiff would read it for each.
  @Test func aDirectoryTellsOfNoMoreThanTheFileHas() throws {
    var file = TIFFFile(
      bits: 8, samples: 3, photometric: 2, data: [UInt8](repeating: 9, count: 36))
    #expect(throws: Never.self) { try Image(bytes: file.bytes, name: "test") }
    for tag in 60_000..<60_030 { file.tags[tag] = (1, [Double](repeating: 1, count: 40)) }
    var bytes = file.bytes
    // They still fit. Then each is said to be ten times as long.
    #expect(throws: Never.self) { try Image(bytes: bytes, name: "test") }
    for place in stride(from: 10, to: bytes.count - 12, by: 12)
    where bytes[place + 1] >= 0xEA && bytes[place + 2] == 1 && bytes[place + 4] == 40 {
      (bytes[place + 4], bytes[place + 5]) = (0x90, 1)
    }
    let error = #expect(throws: InputError.self) { try Image(bytes: bytes, name: "test") }
    #expect(error?.description.contains("more bytes than the file has") == true)
  }

  @Test func memoryIsToldFromTheDirectory() throws {
    func memory(_ change: (inout TIFFFile) -> Void) throws -> Int {
      var file = TIFFFile(
        bits: 8, samples: 3, photometric: 2, width: 1000, height: 900, data: [1, 2, 3])
      change(&file)
      let bytes = file.bytes
      return try CompressedImage(bytes: bytes, name: "test").memory(.likePillow) - bytes.count
    }
    let pixels = 1000 * 900 * 3
    let rows = try memory { _ in }
    #expect(rows > pixels && rows < pixels + 1 << 20)
    // Of tiles, a tile and the rows that a row of them makes.
    let tiles = try memory {
      $0.set(322, [512])
      $0.set(323, [512])
    }
    let most = pixels + 512 * (512 + 1000) * 3
    #expect(tiles >= most && tiles < most + 1 << 20)
    // Luma and chroma that libtiff turns into RGBA, by strips.
    #expect(
      try memory {
        $0.set(262, [6])
        $0.set(278, [900])
      } >= pixels + 1000 * 900 * 4)
    // A strip of WebP, and its pixels as libwebp has them; of LERC, several copies of a strip.
    for (compression, bytes) in [(50001, 3 + 4), (34887, 4 * 3 + 4)] {
      let blocks = try memory {
        $0.set(259, [compression])
        $0.set(278, [900])
      }
      #expect(blocks >= pixels + 1000 * 900 * bytes)
      #expect(blocks < pixels + 1000 * 900 * bytes + 2 << 20)
    }
    #expect(
      try memory {
        $0.set(256, [1 << 30])
        $0.set(257, [1 << 30])
      } == 0)
  }

  // MARK: What a file says of itself

  @Test func infoIsOfTheDirectory() throws {
    var file = TIFFFile(
      bits: 16, samples: 4, photometric: 2, width: 1, height: 1, extra: [2],
      data: [UInt8](repeating: 1, count: 8))
    file.set(274, [6])
    let info = try Image.info(of: file.bytes, name: "test")
    #expect(info.format == .tiff && info.width == 1 && info.height == 1)
    #expect(info.bitsPerChannel == 16 && info.color == .rgb && info.hasAlpha)
    #expect(info.orientation == 6 && info.frameCount == 1 && info.profile == nil)
    // A page that follows itself.
    file.next = 8
    #expect(try Image.info(of: file.bytes, name: "test").frameCount == 1)
    file.next = 1 << 30
    #expect(try Image.info(of: file.bytes, name: "test").frameCount == 1)
  }

  /// Each directory tells of 65,535 entries, and all lie on the same megabyte.
  @Test(.timeLimit(.minutes(1))) func manyDirectoriesOnTheSameBytesAreCountedAtOnce() throws {
    var file = TIFFFile(bits: 8, samples: 1, photometric: 1, width: 1, height: 1, data: [7])
    let start = file.bytes.count
    file.next = start
    let (count, step, entries) = (20_000, 6, 65_535)
    var more = [UInt8](repeating: 0, count: count * step + 2 + 12 * entries + 4)
    for index in 0..<count {
      let place = index * step
      more.replaceSubrange(place..<(place + 2), with: [0xFF, 0xFF])
      guard index + 1 < count else { break }
      let next = start + place + step
      let pointer = place + 2 + 12 * entries
      more.replaceSubrange(
        pointer..<(pointer + 4), with: (0..<4).map { UInt8(next >> (8 * $0) & 255) })
    }
    #expect(try Image.info(of: file.bytes + more, name: "test").frameCount == 1 + count)
  }

  @Test(.enabled(if: TestData.collection != nil)) func pagesAreCounted() throws {
    for (name, count) in [
      ("own-two-pages.tiff", 2), ("image-tiff-seq-1c-8b-multipage-adeefdcc.tiff", 3),
      ("metadata-extractor-images-bigtiffsubifd8.tif", 2),
    ] {
      let path = TestData.collection("formats-more/tiff/" + name).path
      #expect(try Image.info(contentsOf: path).frameCount == count, "\(name)")
    }
  }
}

/// Whether a library that is looked up is there; what it decodes is tested then.
func isLibraryThere(_ library: DecodingLibrary) -> Bool {
  if case .success = library.version { true } else { false }
}

extension SystemRandomNumberGenerator {
  /// The same numbers each time (SplitMix64).
  struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }
}
