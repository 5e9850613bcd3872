import ArgumentParser
import VitImage
import VitSystem

/// How files become pixels, and what is refused before it costs anything.
struct DecodeFlags: ParsableArguments {
  @Flag(
    name: .customLong("no-exif"),
    help: "Leave the picture as it is stored; by default it is turned upright.")
  var ignoresOrientation = false

  @Option(
    help: ArgumentHelp(
      "What shines through transparency: a colour as white, black, #RRGGBB or R,G,B, or none to "
        + "drop the transparency.", valueName: "colour"))
  var background = "white"

  @Flag(help: "Take what there is of a truncated file, with a warning.")
  var allowTruncated = false

  @Flag(
    help: ArgumentHelp(
      "Decode a JPEG at a half, a quarter or an eighth where that is no smaller than what the "
        + "model resizes it to: faster, vectors a little different."))
  var fastDecode = false

  @Option(help: ArgumentHelp("The largest width × height.", valueName: "count"))
  var maxPixels: Int = DecodeLimits().pixels

  @Option(help: ArgumentHelp("The largest file.", valueName: "count"))
  var maxBytes: Int = DecodeLimits().bytes

  @Option(help: ArgumentHelp("The most scans of a progressive JPEG.", valueName: "count"))
  var maxScans: Int = DecodeLimits().progressiveScans

  @Option(help: ArgumentHelp("The largest chunk of a PNG.", valueName: "bytes"))
  var maxChunkBytes: Int = DecodeLimits().pngChunkBytes

  func validate() throws {
    _ = try parsedBackground()
    for (name, value) in [
      ("--max-pixels", maxPixels), ("--max-bytes", maxBytes), ("--max-scans", maxScans),
      ("--max-chunk-bytes", maxChunkBytes),
    ] where value < 1 {
      throw ValidationError("\(name) must be at least 1")
    }
  }

  /// - Parameter resize: what comes of the pixels, for `--fast-decode`.
  func decodeOptions(resize: ResizePolicy?) throws -> DecodeOptions {
    var options = DecodeOptions()
    if fastDecode { options.reducedFor = resize }
    options.appliesOrientation = !ignoresOrientation
    options.background = try parsedBackground()
    options.allowsTruncated = allowTruncated
    options.limits.pixels = maxPixels
    options.limits.bytes = maxBytes
    options.limits.progressiveScans = maxScans
    options.limits.pngChunkBytes = maxChunkBytes
    return options
  }

  /// Those that change which images fail or what they look like, as a manifest tells them.
  var manifestOptions: ExactDictionary<String> {
    [
      "orientation": ignoresOrientation ? "ignored" : "applied", "background": background,
      "allow_truncated": "\(allowTruncated)", "fast_decode": "\(fastDecode)",
      "max_pixels": "\(maxPixels)",
      "max_bytes": "\(maxBytes)", "max_scans": "\(maxScans)",
      "max_chunk_bytes": "\(maxChunkBytes)",
    ]
  }

  private func parsedBackground() throws -> Background {
    if background == "none" { return .dropAlpha }
    guard let (red, green, blue) = Self.colour(background) else {
      throw ValidationError(
        "\(background) is not a colour; write white, black, #RRGGBB, R,G,B or none")
    }
    return .color(red: red, green: green, blue: blue)
  }

  private static let named: [String: (UInt8, UInt8, UInt8)] = [
    "white": (255, 255, 255), "black": (0, 0, 0), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
  ]

  static func colour(_ text: String) -> (UInt8, UInt8, UInt8)? {
    if let known = named[text.lowercased()] { return known }
    if text.hasPrefix("#") {
      let digits = text.dropFirst()
      guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
        let value = UInt32(digits, radix: 16)
      else { return nil }
      return (UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
    let channels = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt8($0) }
    guard channels.count == 3, let red = channels[0], let green = channels[1],
      let blue = channels[2]
    else { return nil }
    return (red, green, blue)
  }
}
