import VitSystem

/// How the numbers of a TIFF lie in its file.
struct TIFFForm: Equatable {
  let isBigEndian: Bool
  /// BigTIFF, whose offsets have 64 bits.
  let isBig: Bool

  /// Where the offset of the first directory lies.
  var firstDirectory: Int { isBig ? 8 : 4 }

  /// Bytes before the entries of a directory, of an entry, and of an offset.
  fileprivate var countBytes: Int { isBig ? 8 : 2 }
  fileprivate var entryBytes: Int { isBig ? 20 : 12 }
  fileprivate var offsetBytes: Int { isBig ? 8 : 4 }

  /// By the first four bytes of a file, or nil.
  init?(signature start: [UInt8]) {
    switch start.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: self.init(isBigEndian: false, isBig: false)
    case [0x4D, 0x4D, 0x00, 0x2A]: self.init(isBigEndian: true, isBig: false)
    case [0x49, 0x49, 0x2B, 0x00]: self.init(isBigEndian: false, isBig: true)
    case [0x4D, 0x4D, 0x00, 0x2B]: self.init(isBigEndian: true, isBig: true)
    default: return nil
    }
  }

  init(isBigEndian: Bool, isBig: Bool) {
    (self.isBigEndian, self.isBig) = (isBigEndian, isBig)
  }
}

/// A directory of a TIFF (TIFF 6.0, section 2; BigTIFF of libtiff): what is told of an image by tags.
///
/// Values are read from the file when they are asked for.
struct TIFFDirectory {
  struct Entry {
    let type: Int
    let count: Int
    /// Where its values begin.
    let position: Int

    /// Bytes of a value; 0 of a type that is not known.
    var valueBytes: Int { type < Entry.sizes.count ? Entry.sizes[type] : 0 }

    private static let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
  }

  let form: TIFFForm
  /// The first of each tag that is of use, as libtiff and Pillow read it.
  private(set) var entries: [TIFFTag: Entry] = [:]
  /// Where the next one is, or 0.
  private(set) var next = 0
  /// Bytes of values that lie outside the directory; `Int.max` where they are more than that.
  private(set) var outsideBytes = 0
  /// What libtiff keeps of the values while it reads them: it widens numbers to 64 bits.
  private(set) var valueMemory = 0

  /// Entries of a directory beyond which it is none.
  private static let mostEntries = 65_535

  /// Nil where no entry is there.
  init?(
    _ window: inout ByteWindow, at position: Int, _ form: TIFFForm
  ) throws(ImageError) {
    self.form = form
    guard let range = try Self.entries(&window, at: position, form) else { return nil }
    let bytes = try window.prefix(at: range.lowerBound, count: range.count)
    bytes.withUnsafeBytes { take($0, start: range.lowerBound) }
    next = try Self.next(&window, behind: range, form)
  }

  /// Where the entries of a directory lie, of which the last may be missing; nil where no entry is there.
  private static func entries(
    _ window: inout ByteWindow, at position: Int, _ form: TIFFForm
  ) throws(ImageError) -> Range<Int>? {
    guard position > 0,
      let count = try offset(&window, at: position, bytes: form.countBytes, form.isBigEndian),
      (1...mostEntries).contains(count)
    else { return nil }
    let start = position + form.countBytes
    guard window.count - start >= form.entryBytes else { return nil }
    return start..<(start + count * form.entryBytes)
  }

  /// Where the directory behind one with these entries is, or 0.
  private static func next(
    _ window: inout ByteWindow, behind entries: Range<Int>, _ form: TIFFForm
  ) throws(ImageError) -> Int {
    try offset(
      &window, at: entries.upperBound, bytes: form.offsetBytes, form.isBigEndian) ?? 0
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer, start: Int) {
    var seen: Set<UInt16> = []
    for place in stride(from: 0, to: bytes.count - form.entryBytes + 1, by: form.entryBytes) {
      let tag = bytes.integer(UInt16.self, at: place, isBigEndian: form.isBigEndian)!
      let type = Int(bytes.integer(UInt16.self, at: place + 2, isBigEndian: form.isBigEndian)!)
      guard let count = number(bytes, at: place + 4), !seen.contains(tag) else { continue }
      let inside = place + 4 + form.offsetBytes
      var entry = Entry(type: type, count: count, position: start + inside)
      guard entry.valueBytes > 0, count > 0 else { continue }
      let (size, isTooLarge) = count.multipliedReportingOverflow(by: entry.valueBytes)
      if isTooLarge || size > form.offsetBytes {
        outsideBytes = isTooLarge ? .max : Saturating.sum(outsideBytes, size)
        valueMemory = Saturating.sum(
          valueMemory, Saturating.product(count, entry.valueBytes == 1 ? 3 : 16 + entry.valueBytes))
        guard let position = number(bytes, at: inside) else { continue }
        entry = Entry(type: type, count: count, position: position)
      }
      seen.insert(tag)
      if let tag = TIFFTag(rawValue: tag) { entries[tag] = entry }
    }
  }

  private func number(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int? {
    form.isBig
      ? bytes.integer(UInt64.self, at: place, isBigEndian: form.isBigEndian)
        .flatMap { Int(exactly: $0) }
      : bytes.integer(UInt32.self, at: place, isBigEndian: form.isBigEndian).map(Int.init)
  }

  /// A count or an offset of 2, 4 or 8 bytes; nil behind the end of the file, or where it is larger than
  /// any file.
  static func offset(
    _ window: inout ByteWindow, at position: Int, bytes: Int, _ isBigEndian: Bool
  ) throws(ImageError) -> Int? {
    switch bytes {
    case 2:
      try window.integer(UInt16.self, at: position, isBigEndian: isBigEndian).map(Int.init)
    case 4:
      try window.integer(UInt32.self, at: position, isBigEndian: isBigEndian).map(Int.init)
    default:
      try window.integer(UInt64.self, at: position, isBigEndian: isBigEndian)
        .flatMap { Int(exactly: $0) }
    }
  }
}

extension TIFFDirectory {
  /// The first `most` whole numbers of a tag; nil where there is none, or its values are no whole
  /// numbers or not in the file.
  func integers(
    _ tag: TIFFTag, _ window: inout ByteWindow, most: Int
  ) throws(ImageError) -> [Int]? {
    guard let entry = entries[tag],
      let bytes = try window.bytes(
        at: entry.position, count: min(entry.count, most) * entry.valueBytes)
    else { return nil }
    let size = entry.valueBytes
    return bytes.withUnsafeBytes { bytes in
      let places = stride(from: 0, to: bytes.count, by: size)
      let isBigEndian = form.isBigEndian
      switch entry.type {
      case 1, 7: return places.map { Int(bytes[$0]) }
      case 6: return places.map { Int(Int8(bitPattern: bytes[$0])) }
      case 3:
        return places.map { Int(bytes.integer(UInt16.self, at: $0, isBigEndian: isBigEndian)!) }
      case 8:
        return places.map { Int(bytes.integer(Int16.self, at: $0, isBigEndian: isBigEndian)!) }
      case 4, 13:
        return places.map { Int(bytes.integer(UInt32.self, at: $0, isBigEndian: isBigEndian)!) }
      case 9:
        return places.map { Int(bytes.integer(Int32.self, at: $0, isBigEndian: isBigEndian)!) }
      case 16, 18:
        return places.map {
          Int(clamping: bytes.integer(UInt64.self, at: $0, isBigEndian: isBigEndian)!)
        }
      case 17:
        return places.map { Int(bytes.integer(Int64.self, at: $0, isBigEndian: isBigEndian)!) }
      default: return nil
      }
    }
  }

  /// The first whole number of a tag.
  func integer(_ tag: TIFFTag, _ window: inout ByteWindow) throws(ImageError) -> Int? {
    try integers(tag, &window, most: 1)?.first
  }

  /// The first number of a tag, which may be real.
  func real(_ tag: TIFFTag, _ window: inout ByteWindow) throws(ImageError) -> Double? {
    if let integer = try integer(tag, &window) { return Double(integer) }
    guard let entry = entries[tag] else { return nil }
    switch entry.type {
    case 11:
      return try window.integer(UInt32.self, at: entry.position, isBigEndian: form.isBigEndian)
        .map { Double(Float(bitPattern: $0)) }
    case 12:
      return try window.integer(UInt64.self, at: entry.position, isBigEndian: form.isBigEndian)
        .map { Double(bitPattern: $0) }
    default: return nil
    }
  }

  /// The bytes of a tag's values, as far as they are in the file and no more than `most`.
  func bytes(
    _ tag: TIFFTag, _ window: inout ByteWindow, most: Int
  ) throws(ImageError) -> [UInt8]? {
    guard let entry = entries[tag] else { return nil }
    return try window.prefix(at: entry.position, count: min(byteCount(tag), most))
  }

  /// Bytes of a tag's values, 0 where it is not there.
  func byteCount(_ tag: TIFFTag) -> Int {
    entries[tag].map { Saturating.product($0.count, $0.valueBytes) } ?? 0
  }

  /// How many directories there are in a row with this one, counted to at most 65,536; one that comes
  /// again ends the row.
  ///
  /// Of the others no entry is read: many may lie on the same bytes.
  func count(from position: Int, _ window: inout ByteWindow) throws(ImageError) -> Int {
    var seen: Set<Int> = [position]
    var place = next
    while place != 0, seen.count < 1 << 16, seen.insert(place).inserted {
      guard let entries = try Self.entries(&window, at: place, form) else { return seen.count - 1 }
      place = try Self.next(&window, behind: entries, form)
    }
    return seen.count
  }
}
