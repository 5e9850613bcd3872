import VitImage
import VitSystem

/// What `inspect` tells of an image file.
struct ImageReport {
  private let path: String
  private let info: ImageInfo

  init(_ path: String, _ info: ImageInfo) { (self.path, self.info) = (path, info) }

  /// Flat keys with units in their names.
  var json: JSONText {
    .object(
      JSONText.input(path) + [
        ("format", .string(info.format.name)),
        ("width_px", .number(info.width)),
        ("height_px", .number(info.height)),
        ("bits_per_channel", .number(info.bitsPerChannel)),
        ("color", .string(info.color.rawValue)),
        ("has_alpha", .bool(info.hasAlpha)),
        ("profile", .string(info.profile)),
        ("orientation", .number(info.orientation)),
        ("frame_count", .number(info.frameCount)),
        ("preview_width_px", .number(info.preview?.width)),
        ("preview_height_px", .number(info.preview?.height)),
      ])
  }

  var table: TerminalText {
    var rows = [
      ("format", info.format.name),
      ("size", "\(info.width) × \(info.height) px, as stored"),
      ("bits", "\(info.bitsPerChannel) " + (info.color == .palette ? "an index" : "a channel")),
      ("colour", color + (info.hasAlpha ? ", with transparency" : "")),
      ("profile", info.profile.map { "\(printable($0)); it is not applied" } ?? "none"),
      ("orientation", orientation),
      ("frames", "\(info.frameCount)"),
    ]
    if let preview = info.preview {
      rows.append(("preview", "a JPEG of \(preview.width) × \(preview.height) px, which is used"))
    }
    return rows.map { row -> TerminalText in "\(row.0.padded(to: 13))\(row.1)\n" }.joined()
  }

  private var color: String {
    switch info.color {
    case .gray: "gray"
    case .rgb: "RGB"
    case .palette: "a palette"
    case .cmyk: "CMYK"
    case .ycbcr: "YCbCr"
    case .lab: "Lab"
    }
  }

  private var orientation: String {
    let turn =
      switch info.orientation {
      case 2: "mirrored"
      case 3: "turned by 180°"
      case 4: "upside down, mirrored"
      case 5: "mirrored, on its side"
      case 6: "to be turned 90° clockwise"
      case 7: "mirrored, on its other side"
      case 8: "to be turned 90° counter-clockwise"
      default: "upright"
      }
    return "\(info.orientation), \(turn)"
  }
}
