import VitSystem

/// The boxes of a HEIF (ISO/IEC 23008-12): its items, what is told of them, and where they lie.
///
/// What is damaged is left out as far as anything remains; the libraries refuse it where it matters.
struct HEIFContainer {
  let format: ImageFormat
  let brands: ISOBrands
  private(set) var primary: Int?
  private(set) var items: [Int: HEIFItem] = [:]
  private(set) var properties: [HEIFProperty] = []
  /// Of the file: what the box `idat` holds.
  private(set) var insideMeta = 0..<0
  private(set) var tracks: [HEIFTrack] = []
  /// The last box of the file, where it tells no end of its own, or one behind the file's.
  private(set) var openBox: ISOBox?
  /// Of the file: the number of the primary item, and how many bytes it takes.
  private(set) var primaryPlace: Range<Int>?
  let byteCount: Int
  let name: String

  /// - Throws: `ImageError.corrupt`, `.truncated` or `.unreadable`.
  init(_ window: inout ByteWindow, format: ImageFormat, name: String) throws(ImageError) {
    self.format = format
    self.name = name
    byteCount = window.count
    guard let brands = ISOBrands(try window.prefix(at: 0, count: 1 << 10)) else {
      throw .corrupt(name: name, format: format, reason: "it does not begin with its brand")
    }
    self.brands = brands
    var meta: ISOBox?
    var movie: ISOBox?
    var last: ISOBox?
    try window.forEachBox(in: 0..<byteCount) { (_, box) throws(ImageError) in
      last = box
      switch box.type {
      case "meta": if meta == nil { meta = box }
      case "moov": if movie == nil { movie = box }
      default: break
      }
      return true
    }
    if let last, last.toldEnd == nil || last.isCut { openBox = last }
    guard meta != nil || movie != nil else {
      throw missingData(last.map(\.isCut) ?? false ? "it ends early" : "it describes no image")
    }
    if let meta {
      guard !meta.isCut else { throw missingData("it ends within its header") }
      try takeMeta(&window, meta)
    }
    if let movie { tracks = try HEIFTrack.all(&window, movie) }
  }

  private func missingData(_ reason: String) -> ImageError {
    openBox.map(\.isCut) ?? false
      ? .truncated(name: name, format: format, reason: reason)
      : .corrupt(name: name, format: format, reason: reason)
  }

  // MARK: Boxes

  private mutating func takeMeta(
    _ window: inout ByteWindow, _ meta: ISOBox
  ) throws(ImageError) {
    var boxes: [ISOBox] = []
    // Behind its version and flags.
    let content =
      min(meta.content.lowerBound + 4, meta.content.upperBound)..<meta.content.upperBound
    try window.forEachBox(in: content) { (_, box) throws(ImageError) in
      boxes.append(box)
      return boxes.count < 1 << 10
    }
    // Items come first, whatever the order of the boxes.
    if let box = boxes.first(where: { $0.type == "iinf" }) { try takeItems(&window, box) }
    // Each is there once; as libheif, of several the first is read.
    var taken: Set<FourCharacters> = []
    for box in boxes where taken.insert(box.type).inserted {
      switch box.type {
      case "pitm": try takePrimary(&window, box)
      case "iloc": try takeLocations(&window, box)
      case "iprp": try takeProperties(&window, box)
      case "iref": try takeReferences(&window, box)
      case "idat": insideMeta = box.content
      default: break
      }
    }
  }

  private mutating func takePrimary(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var reader = try window.reader(box)
    guard let (version, _) = reader.versionAndFlags() else { return }
    let size = version == 0 ? 2 : 4
    guard let number = reader.integer(size) else { return }
    primary = number
    let start = box.content.lowerBound + 4
    primaryPlace = start..<(start + size)
  }

  private mutating func takeItems(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var reader = try window.reader(box)
    guard let (version, _) = reader.versionAndFlags() else { return }
    let start = box.content.lowerBound + (version == 0 ? 6 : 8)
    guard start <= box.content.upperBound else { return }
    var found: [Int: HEIFItem] = [:]
    try window.forEachBox(in: start..<box.content.upperBound) {
      (window, entry) throws(ImageError) in
      guard entry.type == "infe" else { return true }
      var reader = BigEndianReader(
        try window.prefix(at: entry.content.lowerBound, count: min(16, entry.content.count)))
      guard let (version, flags) = reader.versionAndFlags(), version >= 2,
        let number = reader.integer(version == 2 ? 2 : 4), reader.integer(2) != nil,
        let type = reader.type()
      else { return true }
      if found[number] == nil { found[number] = HEIFItem(type: type, isHidden: flags & 1 != 0) }
      return true
    }
    items = found
  }

  private mutating func takeLocations(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var reader = try window.reader(box)
    guard let (version, _) = reader.versionAndFlags(), let sizes = reader.integer(2),
      let count = reader.integer(version < 2 ? 2 : 4)
    else { return }
    let (offsetSize, lengthSize) = (sizes >> 12 & 15, sizes >> 8 & 15)
    let (baseSize, indexSize) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
    guard [offsetSize, lengthSize, baseSize, indexSize].allSatisfy({ $0 <= 8 }) else { return }
    for _ in 0..<count {
      guard let number = reader.integer(version < 2 ? 2 : 4),
        let method = version == 0 ? 0 : reader.integer(2), reader.integer(2) != nil,
        let base = reader.integer(baseSize), let extents = reader.integer(2)
      else { return }
      // Extents without any bytes of their own would cost memory for nothing.
      guard offsetSize + lengthSize > 0 || extents <= 1 else { return }
      var found: [(offset: Int, count: Int)] = []
      for _ in 0..<extents {
        guard reader.skip(indexSize) != nil, let offset = reader.integer(offsetSize),
          let length = reader.integer(lengthSize)
        else { return }
        found.append((Saturating.sum(base, offset), length))
      }
      items[number]?.isInsideMeta = method & 15 == 1
      items[number]?.extents += found
    }
  }

  private mutating func takeProperties(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var boxes: [ISOBox] = []
    try window.forEachBox(in: box.content) { (_, box) throws(ImageError) in
      boxes.append(box)
      return boxes.count < 1 << 10
    }
    if properties.isEmpty, let list = boxes.first(where: { $0.type == "ipco" }) {
      properties = try HEIFProperty.all(&window, in: list.content)
    }
    for box in boxes where box.type == "ipma" { try takeAssociations(&window, box) }
  }

  private mutating func takeAssociations(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var reader = try window.reader(box)
    guard let (version, flags) = reader.versionAndFlags(), let count = reader.integer(4) else {
      return
    }
    let size = flags & 1 == 0 ? 1 : 2
    for _ in 0..<count {
      guard let number = reader.integer(version == 0 ? 2 : 4), let entries = reader.integer(1)
      else {
        return
      }
      for _ in 0..<entries {
        guard let entry = reader.integer(size) else { return }
        // The highest bit tells whether it must be understood.
        items[number]?.properties.append(entry & (size == 1 ? 0x7F : 0x7FFF))
      }
    }
  }

  private mutating func takeReferences(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    guard let version = try window.bytes(at: box.content.lowerBound, count: 4)?[0] else { return }
    let size = version == 0 ? 2 : 4
    var found: [(type: FourCharacters, from: Int, to: [Int], place: Range<Int>)] = []
    let content = min(box.content.lowerBound + 4, box.content.upperBound)..<box.content.upperBound
    try window.forEachBox(in: content) { (window, box) throws(ImageError) in
      var reader = try window.reader(box)
      guard let from = reader.integer(size), let count = reader.integer(2) else { return true }
      var to: [Int] = []
      while to.count < count, let number = reader.integer(size) { to.append(number) }
      let start = box.content.lowerBound + size + 2
      found.append((box.type, from, to, start..<(start + to.count * size)))
      return true
    }
    for reference in found {
      switch reference.type {
      case "dimg":
        items[reference.from]?.parts += reference.to
        items[reference.from]?.partsPlace = reference.place
      case "auxl": items[reference.from]?.auxiliaryOf += reference.to
      case "thmb": items[reference.from]?.thumbnailOf += reference.to
      default: break
      }
    }
  }

  // MARK: Answers

  /// Bytes of the whole file, of which less may be there.
  var toldByteCount: Int { max(byteCount, openBox?.toldEnd ?? 0) }

  func properties(of item: HEIFItem) -> [HEIFProperty] {
    item.properties.compactMap { properties.indices.contains($0 - 1) ? properties[$0 - 1] : nil }
  }

  /// Where the item's data lies in the file; nil where that is behind its end.
  func ranges(of item: HEIFItem) -> [Range<Int>]? {
    let (start, end) =
      item.isInsideMeta ? (insideMeta.lowerBound, insideMeta.upperBound) : (0, byteCount)
    var ranges: [Range<Int>] = []
    for extent in item.extents {
      let offset = Saturating.sum(start, extent.offset)
      guard offset <= end else { return nil }
      // A length of zero is all that follows.
      let count = extent.count == 0 ? end - offset : extent.count
      guard count <= end - offset else { return nil }
      ranges.append(offset..<(offset + count))
    }
    return ranges
  }
}

extension HEIFProperty {
  /// The properties of a list, of which each has its place.
  static func all(
    _ window: inout ByteWindow, in range: Range<Int>
  ) throws(ImageError) -> [HEIFProperty] {
    var properties: [HEIFProperty] = []
    try window.forEachBox(in: range) { (window, box) throws(ImageError) in
      properties.append(try HEIFProperty(&window, box))
      return true
    }
    return properties
  }
}
