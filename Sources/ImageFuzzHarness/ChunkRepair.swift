/// Mends the lengths of a file that is made of chunks in chunks, each with its length and its type of
/// four characters: a length that does not lead to another known chunk is made to.
public struct ChunkRepair: Sendable {
  /// Bytes of a chunk's head.
  private static let headBytes = 8

  private let isBigEndian: Bool
  /// Whether a chunk's length counts its head.
  private let countsHead: Bool
  /// What may lie in a chunk of a type, or in the file, "": and how many bytes come before that.
  private let children: [String: (skipped: Int, types: Set<String>)]

  public init(
    isBigEndian: Bool, countsHead: Bool,
    children: [String: (skipped: Int, types: Set<String>)]
  ) {
    self.isBigEndian = isBigEndian
    self.countsHead = countsHead
    self.children = children
  }

  public func apply(to bytes: UnsafeMutableRawBufferPointer) {
    apply(to: bytes, in: 0..<bytes.count, parent: "", depth: 0)
  }

  private func apply(
    to bytes: UnsafeMutableRawBufferPointer, in range: Range<Int>, parent: String, depth: Int
  ) {
    guard depth < 8, let (skipped, types) = children[parent] else { return }
    var position = range.lowerBound + skipped
    while position + Self.headBytes <= range.upperBound {
      let end = end(of: position, bytes, types, range.upperBound)
      apply(
        to: bytes, in: (position + Self.headBytes)..<end, parent: type(at: position, bytes),
        depth: depth + 1)
      position = end
    }
  }

  /// Where the chunk ends, as it tells or as it is made to tell.
  private func end(
    of position: Int, _ bytes: UnsafeMutableRawBufferPointer, _ types: Set<String>, _ last: Int
  ) -> Int {
    func isEnd(_ place: Int) -> Bool {
      place == last
        || place + Self.headBytes <= last && types.contains(type(at: place, bytes))
    }
    let start = position + Self.headBytes
    let told = length(at: position, bytes) + position + (countsHead ? 0 : Self.headBytes)
    // Of chunks whose lengths do not count their heads, those that are odd are padded.
    let padded = countsHead ? told : told + (told - position) % 2
    if padded >= start, padded <= last, isEnd(padded) { return padded }
    let end = (start...last).first(where: isEnd) ?? last
    setLength(end - (countsHead ? position : start), at: position, bytes)
    return end
  }

  private func type(at position: Int, _ bytes: UnsafeMutableRawBufferPointer) -> String {
    let place = position + (isBigEndian ? 4 : 0)
    return String(decoding: bytes[place..<(place + 4)], as: UTF8.self)
  }

  private func length(at position: Int, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    let place = position + (isBigEndian ? 0 : 4)
    let stored = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
    return Int(isBigEndian ? UInt32(bigEndian: stored) : UInt32(littleEndian: stored))
  }

  private func setLength(
    _ length: Int, at position: Int, _ bytes: UnsafeMutableRawBufferPointer
  ) {
    let value = UInt32(length)
    bytes.storeBytes(
      of: isBigEndian ? value.bigEndian : value.littleEndian,
      toByteOffset: position + (isBigEndian ? 0 : 4), as: UInt32.self)
  }
}

extension ChunkRepair {
  /// WebP (RFC 9649): RIFF, whose lengths come behind the types.
  public static let webP: ChunkRepair = {
    let image: Set = ["ALPH", "VP8 ", "VP8L"]
    return ChunkRepair(
      isBigEndian: false, countsHead: false,
      children: [
        "": (0, ["RIFF"]),
        "RIFF": (4, image.union(["VP8X", "ICCP", "ANIM", "ANMF", "EXIF", "XMP "])),
        "ANMF": (16, image),
      ])
  }()

  /// HEIF (ISO/IEC 23008-12), and ISO media (ISO/IEC 14496-12).
  public static let iso: ChunkRepair = {
    let properties: Set = [
      "ispe", "pixi", "colr", "hvcC", "av1C", "auxC", "irot", "imir", "clap", "pasp", "rloc",
      "clli",
    ]
    return ChunkRepair(
      isBigEndian: true, countsHead: true,
      children: [
        "": (0, ["ftyp", "meta", "moov", "mdat", "free"]),
        "meta": (4, ["hdlr", "pitm", "iloc", "iinf", "iref", "iprp", "idat", "dinf"]),
        "iinf": (6, ["infe"]),
        "iref": (4, ["dimg", "auxl", "thmb", "cdsc", "prem"]),
        "iprp": (0, ["ipco", "ipma"]),
        "ipco": (0, properties),
        "moov": (0, ["mvhd", "trak"]),
        "trak": (0, ["tkhd", "mdia", "tref", "edts", "meta"]),
        "mdia": (0, ["mdhd", "hdlr", "minf"]),
        "minf": (0, ["vmhd", "dinf", "stbl"]),
        "tref": (0, ["auxl", "thmb", "prem"]),
        "stbl": (0, ["stsd", "stts", "stss", "stsc", "stsz", "stco", "co64"]),
        "stsd": (8, ["av01", "hvc1"]),
        "av01": (78, properties.union(["ccst", "auxi"])),
        "hvc1": (78, properties.union(["ccst", "auxi"])),
      ])
  }()
}
