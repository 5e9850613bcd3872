/// What a HEIF says of an image beside its data (ISO/IEC 23008-12, 6.5).
enum HEIFProperty {
  /// `ispe`, in pixels.
  case size(width: Int, height: Int)
  /// `irot`: quarter turns against the clock.
  case rotation(Int)
  /// `imir`: 0 exchanges top and bottom, 1 left and right.
  case mirror(Int)
  /// `clap`: width and height that are left, rounded.
  case crop(width: Int, height: Int)
  /// `colr` with an ICC profile: where it lies.
  case profile(Range<Int>)
  /// `colr` with codes of ITU-T H.273.
  case codes(ColorCodes)
  /// `auxC`: what a second image is to the first.
  case auxiliary(String)
  case hevc(HEVCConfiguration)
  case av1(AV1Configuration)
  case other

  init(_ window: inout ByteWindow, _ box: ISOBox) throws(ImageError) {
    self = try Self.read(&window, box) ?? .other
  }

  private static func read(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) -> HEIFProperty? {
    var reader: BigEndianReader
    switch box.type {
    case "ispe", "irot", "imir", "clap", "colr", "auxC", "hvcC", "av1C":
      reader = try window.reader(box)
    default: return nil
    }
    switch box.type {
    case "ispe":
      guard reader.versionAndFlags() != nil, let width = reader.integer(4),
        let height = reader.integer(4)
      else { return nil }
      return .size(width: width, height: height)
    case "irot": return reader.integer(1).map { .rotation($0 & 3) }
    case "imir": return reader.integer(1).map { .mirror($0 & 1) }
    case "clap":
      guard let width = ratio(&reader), let height = ratio(&reader) else { return nil }
      return .crop(width: width, height: height)
    case "colr":
      switch reader.type() {
      case "nclx": return ColorCodes(&reader).map { .codes($0) }
      case "prof", "rICC":
        return .profile((box.content.lowerBound + 4)..<box.content.upperBound)
      default: return nil
      }
    case "auxC":
      guard reader.versionAndFlags() != nil else { return nil }
      let text = reader.bytes[reader.position...].prefix { $0 != 0 }
      return .auxiliary(String(decoding: text.prefix(256), as: UTF8.self))
    case "hvcC": return HEVCConfiguration(reader.bytes).map { .hevc($0) }
    case "av1C": return AV1Configuration(reader.bytes).map { .av1($0) }
    default: return nil
    }
  }

  /// A fraction, rounded.
  private static func ratio(_ reader: inout BigEndianReader) -> Int? {
    guard let above = reader.integer(4), let below = reader.integer(4), below > 0 else {
      return nil
    }
    return (above + below / 2) / below
  }

  /// Whether an auxiliary image of that type is the transparency of another.
  static func isAlpha(_ type: String) -> Bool {
    type == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || type == "urn:mpeg:hevc:2015:auxid:1"
      || type == "urn:mpeg:avc:2015:auxid:1"
  }
}

/// The codes of colours of ITU-T H.273, and their range.
struct ColorCodes {
  let primaries: Int
  let transfer: Int
  let matrix: Int

  init?(_ reader: inout BigEndianReader) {
    guard let primaries = reader.integer(2), let transfer = reader.integer(2),
      let matrix = reader.integer(2)
    else { return nil }
    (self.primaries, self.transfer, self.matrix) = (primaries, transfer, matrix)
  }

  /// As `Display P3`; nil where the file leaves it open.
  var name: String? {
    let named: [Int: String] = [
      1: "BT.709", 4: "BT.470 M", 5: "BT.470 BG", 6: "BT.601", 7: "SMPTE 240M", 8: "generic film",
      9: "BT.2020", 10: "XYZ", 11: "DCI P3", 12: "P3", 22: "EBU 3213",
    ]
    switch (primaries, transfer) {
    case (1, 13): return "sRGB"
    case (12, 13): return "Display P3"
    default: break
    }
    guard let space = named[primaries] else { return nil }
    switch transfer {
    case 4: return space + ", gamma 2.2"
    case 5: return space + ", gamma 2.8"
    case 8: return space + ", linear"
    case 13: return space + ", sRGB's curve"
    case 16: return space + ", PQ"
    case 18: return space + ", HLG"
    default: return space
    }
  }
}
