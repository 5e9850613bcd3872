import Testing
import VitSystem
import VitTestSupport

@testable import VitImage

/// The boxes of ISO files, and what hostile ones may not do.
@Suite struct HEIFContainerTests {
  private static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - $0))) }
  }

  private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
    number(8 + content.count, 4) + Array(type.utf8) + content
  }

  private static func fullBox(_ type: String, version: Int = 0, _ content: [UInt8]) -> [UInt8] {
    box(type, number(version << 24, 4) + content)
  }

  private static func brands(_ major: String, _ compatible: [String] = []) -> [UInt8] {
    box("ftyp", Array(major.utf8) + number(0, 4) + compatible.flatMap { Array($0.utf8) })
  }

  private struct Item {
    var type = "hvc1"
    var size = (width: 64, height: 64)
    var parts: [Int] = []
    /// Where its data lies.
    var extents = [(offset: 0, count: 8)]
    /// Boxes beside its size.
    var properties: [[UInt8]] = []
  }

  /// A file whose primary image is the first item.
  private static func file(_ items: [Item], brand: String = "heic") -> [UInt8] {
    var entries: [UInt8] = []
    var references: [UInt8] = []
    var properties: [UInt8] = []
    var associations: [UInt8] = []
    var locations: [UInt8] = []
    var place = 0
    for (index, item) in items.enumerated() {
      let id = number(index + 1, 2)
      entries += fullBox("infe", version: 2, id + [0, 0] + Array(item.type.utf8) + [0])
      if !item.parts.isEmpty {
        references += box(
          "dimg", id + number(item.parts.count, 2) + item.parts.flatMap { number($0, 2) })
      }
      let boxes =
        [fullBox("ispe", number(item.size.width, 4) + number(item.size.height, 4))]
        + item.properties
      associations += id + [UInt8(boxes.count)] + boxes.indices.map { UInt8(place + $0 + 1) }
      place += boxes.count
      properties += boxes.flatMap { $0 }
      locations += id + [0, 0] + number(item.extents.count, 2)
      for extent in item.extents { locations += number(extent.offset, 4) + number(extent.count, 4) }
    }
    let count = number(items.count, 2)
    let meta = [
      fullBox("pitm", [0, 1]), fullBox("iloc", [0x44, 0] + count + locations),
      fullBox("iinf", count + entries), fullBox("iref", references),
      box(
        "iprp",
        box("ipco", properties) + fullBox("ipma", number(items.count, 4) + associations)),
    ]
    return brands(brand) + fullBox("meta", meta.flatMap { $0 })
  }

  private func info(_ bytes: [UInt8]) throws -> ImageInfo {
    try Image.info(of: bytes, name: "test")
  }

  // MARK: Brands

  static let formats: [(major: String, compatible: [String], ImageFormat)] = [
    ("avif", [], .avif), ("mif1", ["avif", "miaf"], .avif), ("avis", ["heic"], .avif),
    ("heix", [], .heic), ("mif1", ["mif1", "heic"], .heic), ("    ", ["heic"], .heic),
    ("mif1", ["hevx", "avif"], .heic),
  ]

  @Test(arguments: formats)
  func brandsTellTheFormat(major: String, compatible: [String], format: ImageFormat) {
    #expect(ImageFormat.detect(Self.brands(major, compatible)) == format)
  }

  static let others: [(major: String, compatible: [String], told: String)] = [
    ("j2ki", ["mif1"], "the brand j2ki, a JPEG 2000 image in a HEIF file"),
    ("vvic", [], "a VVC (H.266) image"), ("jpeg", ["mif1"], "a JPEG in a HEIF file"),
    ("avci", [], "an H.264 image"), ("mif3", [], "a HEIF image with a condensed header"),
    ("mif1", [], "a HEIF image"), ("isom", ["mp42"], "a video"), ("\u{1}\u{2}xy", [], "brand ??xy"),
  ]

  @Test(arguments: others)
  func otherBrandsAreNamed(major: String, compatible: [String], told: String) {
    let text = refusal(Self.brands(major, compatible))?.description ?? "accepted"
    #expect(text.contains(told), "\(text)")
    #expect(text.contains("ISO media file of the brand"))
    #expect(!text.contains("begins with"))
    #expect(text.contains("video") == (told == "a video" || major == "\u{1}\u{2}xy"))
  }

  /// Where the brands leave it open the primary item tells.
  @Test func theTypeOfTheImageIsNamed() throws {
    let unknown = Self.file([Item(type: "unci")], brand: "mif1")
    #expect(refusal(unknown)?.description.contains("a HEIF image of the type unci") == true)
    #expect(try info(Self.file([Item()], brand: "mif1")).format == .heic)
  }

  // MARK: Pictures

  static let turns: [([(String, UInt8)], Int)] = [
    ([], 1), ([("irot", 1)], 8), ([("irot", 2)], 3), ([("irot", 3)], 6), ([("imir", 0)], 4),
    ([("imir", 1)], 2), ([("irot", 1), ("imir", 0)], 5), ([("irot", 1), ("imir", 1)], 7),
    ([("irot", 2), ("imir", 0)], 2), ([("irot", 2), ("imir", 1)], 4),
    ([("irot", 3), ("imir", 0)], 7), ([("irot", 3), ("imir", 1)], 5),
  ]

  @Test(arguments: turns)
  func turnsBecomeAnOrientation(turns: [(String, UInt8)], orientation: Int) throws {
    let item = Item(
      type: "av01", size: (40, 30), properties: turns.map { Self.box($0.0, [$0.1]) })
    let avif = try info(Self.file([item], brand: "avif"))
    #expect(avif.orientation == orientation)
    #expect((avif.width, avif.height) == (40, 30))
    // Of a HEIC they are in the size already.
    var hevc = item
    hevc.type = "hvc1"
    let heic = try info(Self.file([hevc]))
    #expect(heic.orientation == 1)
    #expect((heic.width, heic.height) == (orientation > 4 ? (30, 40) : (40, 30)))
  }

  @Test func whatIsCutOffIsNotInTheSize() throws {
    let crop = Self.box("clap", [21, 2, 10, 1, 0, 1, 0, 1].flatMap { Self.number($0, 4) })
    let turn = Self.box("irot", [1])
    let heic = try info(Self.file([Item(properties: [crop, turn])]))
    #expect((heic.width, heic.height) == (10, 11))
  }

  // MARK: Hostile files

  @Test func anImageOfItselfIsRefused() {
    let itself = Item(type: "grid", parts: [1])
    #expect(throws: InputError.self) { try info(Self.file([itself])) }
    let circle = [
      Item(type: "iovl", parts: [2]), Item(type: "iden", parts: [3]),
      Item(type: "grid", parts: [1]),
    ]
    let error = #expect(throws: InputError.self) { try info(Self.file(circle)) }
    #expect(error?.reason.contains("made of itself") == true)
    let missing = Item(type: "grid", parts: [2])
    #expect(throws: InputError.self) { try info(Self.file([missing])) }
    #expect(throws: InputError.self) { try info(Self.file([Item(type: "grid")])) }
    // Deeper than any picture.
    let chain = (1...20).map { Item(type: "iden", parts: [$0 + 1]) } + [Item()]
    #expect(throws: InputError.self) { try info(Self.file(chain)) }
  }

  /// A tile of 8000 pixels a side, forty times: each would be decoded.
  @Test func aTileMoreOftenThanItsAreaAllowsIsRefused() {
    let items = [
      Item(type: "grid", parts: Array(repeating: 2, count: 40)), Item(size: (8000, 8000)),
    ]
    guard case .exceedsLimit = refusal(Self.file(items)) else {
      Issue.record("\(refusal(Self.file(items))?.description ?? "accepted")")
      return
    }
  }

  /// The pieces of an image are put together: here a hundred times the whole file.
  @Test func piecesThatAreMoreThanTheFileAreRefused() {
    for (type, brand) in [("hvc1", "heic"), ("av01", "avif")] {
      let pieces = [(offset: Int, count: Int)](repeating: (0, 300), count: 100)
      let bytes = Self.file([Item(type: type, extents: pieces)], brand: brand)
      #expect(refusal(bytes)?.description.contains("are more than the file") == true)
    }
  }

  /// Each of a hundred tiles is all of a file of a megabyte.
  @Test func imagesThatShareTheirDataAreRefused() {
    let tile = Item(extents: [(0, 1 << 20)])
    let whole = Item(type: "iden", size: (640, 640), parts: Array(2...101))
    let bytes =
      Self.file([whole] + [Item](repeating: tile, count: 100))
      + Self.box("free", [UInt8](repeating: 0, count: 1 << 20))
    #expect(refusal(bytes)?.description.contains("share their data") == true)
  }

  /// One image's place is told in hundreds of thousands of entries, of a piece each.
  @Test(.timeLimit(.minutes(1))) func aPlaceThatIsToldManyTimesIsReadAtOnce() throws {
    let count = 380_000
    let place: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]
    let places = [[UInt8]](repeating: place, count: count).flatMap { $0 }
    let list =
      Self.fullBox(
        "iinf", [0, 1] + Self.fullBox("infe", version: 2, [0, 1, 0, 0] + Array("hvc1".utf8)))
      + Self.fullBox("iloc", version: 2, [0x10, 0] + Self.number(count, 4) + places)
    let bytes = Self.brands("heic") + Self.fullBox("meta", list)
    try bytes.withUnsafeBytes { bytes in
      var window = ByteWindow(bytes)
      let container = try HEIFContainer(&window, format: .heic, name: "test")
      #expect(container.items[1]?.extents.count == count)
    }
  }

  /// A last box that ends beyond any file, where files of any size are allowed.
  @Test func aBoxBeyondAnyFileIsRefused() throws {
    let open = Self.number(1, 4) + Array("mdat".utf8) + [UInt8](repeating: 0xFF, count: 8)
    var options = DecodeOptions()
    options.limits.bytes = .max
    for (type, brand) in [("hvc1", "heic"), ("av01", "avif")] {
      let bytes = Self.file([Item(type: type)], brand: brand) + open
      #expect(try CompressedImage(bytes: bytes, name: "test").memory(options) >= bytes.count)
      #expect(refusal(bytes, options) != nil)
    }
  }

  @Test(arguments: [(0, 64), (1 << 31, 1 << 31), (0xFFFF_FFFF, 0xFFFF_FFFF), (20_000, 20_000)])
  func impossibleSizesAreRefused(width: Int, height: Int) throws {
    for (type, brand) in [("hvc1", "heic"), ("av01", "avif")] {
      let bytes = Self.file([Item(type: type, size: (width, height))], brand: brand)
      #expect(refusal(bytes) != nil)
      var options = DecodeOptions()
      options.limits.pixels = .max
      _ = try CompressedImage(bytes: bytes, name: "test").memory(options)
    }
  }

  /// Every byte of the header, replaced by what numbers end at, gives an answer.
  @Test func everyByteMayBeAnything() throws {
    let tile = Item(properties: [
      Self.box("irot", [1]), Self.box("clap", [UInt8](repeating: 1, count: 32)),
    ])
    let items = [Item(type: "grid", parts: [2, 2]), tile]
    for brand in ["heic", "avif"] {
      let bytes = Self.file(items, brand: brand)
      for place in bytes.indices {
        for value: UInt8 in [0, 1, 0x7F, 0xFF] {
          var changed = bytes
          changed[place] = value
          _ = try? info(changed)
          _ = try CompressedImage(bytes: changed, name: "test").memory(DecodeOptions())
        }
        _ = try? info(Array(bytes[..<place]))
      }
    }
  }

  private func firstBox(_ bytes: [UInt8], at place: Int = 0) throws -> ISOBox? {
    var window = ByteWindow(CompressedImage(bytes: bytes, name: "test"))
    return try window.box(at: place, end: bytes.count)
  }

  /// Lengths of eight bytes, of zero for all that follows, and shorter than their own head.
  @Test func lengthsOfBoxes() throws {
    let wide: [UInt8] = Self.number(1, 4) + Array("wide".utf8) + Self.number(20, 8)
    let open: [UInt8] = Self.number(0, 4) + Array("open".utf8)
    let bytes: [UInt8] = wide + [7, 8, 9, 10] + open + [1, 2, 3]
    let first = try #require(try firstBox(bytes))
    #expect(first.content == 16..<20 && !first.isCut)
    let last = try #require(try firstBox(bytes, at: 20))
    #expect(last.content == 28..<31 && last.toldEnd == nil && !last.isCut)
    let short: [UInt8] = Self.number(7, 4) + Array("free".utf8)
    #expect(try firstBox(short)?.start == nil)
    #expect(try firstBox(Array(short.dropLast()))?.start == nil)
    let ends = [UInt8](repeating: 0xFF, count: 8)
    let huge = try #require(try firstBox(Self.number(1, 4) + Array("free".utf8) + ends))
    #expect(huge.isCut && huge.content == 16..<16)
  }

  /// The parameters of x265 for 64 x 64 pixels, and what is cut or of another kind.
  @Test func theSizeOfCodedPictures() throws {
    let unit: [UInt8] = [
      0x42, 0x01, 0x01, 0x03, 0x70, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00,
      0x03,
      0x00, 0xFF, 0xA0, 0x20, 0x81, 0x05, 0x96, 0xEA, 0xAE, 0x9A, 0xE6, 0xC0, 0x80,
    ]
    let parameters = try #require(HEVCSequenceParameters(unit))
    #expect((parameters.width, parameters.height) == (64, 64))
    for count in 0..<20 { #expect(HEVCSequenceParameters(unit[..<count])?.width == nil) }
    #expect(HEVCSequenceParameters([0x44] + Array(unit.dropFirst()))?.width == nil)
  }
}
