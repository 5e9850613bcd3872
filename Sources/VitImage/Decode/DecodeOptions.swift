/// How an image is decoded.
public struct DecodeOptions: Sendable, Equatable {
  /// Whether the orientation in the file's EXIF data is applied, so that the image is upright.
  public var appliesOrientation = true
  /// What transparent pixels become.
  public var background: Background = .white
  /// Whether an image whose data ends early or breaks off is accepted, with a warning. What is
  /// missing is gray or coarse in a JPEG, black in a PNG.
  public var allowsTruncated = false
  /// Decode a JPEG at a half, a quarter or an eighth of its size where that is still at least what
  /// this resize makes of it: faster, but the pixels are not quite those of the references. Nil for
  /// all pixels.
  public var reducedFor: ResizePolicy?
  /// What is refused before it costs memory or time.
  public var limits = DecodeLimits()

  public init(
    appliesOrientation: Bool = true, background: Background = .white,
    allowsTruncated: Bool = false, reducedFor: ResizePolicy? = nil,
    limits: DecodeLimits = DecodeLimits()
  ) {
    self.appliesOrientation = appliesOrientation
    self.background = background
    self.allowsTruncated = allowsTruncated
    self.reducedFor = reducedFor
    self.limits = limits
  }
}

/// What transparent pixels of a PNG become.
public enum Background: Sendable, Equatable {
  /// Blend over this colour: `round((colour·α + background·(255 − α)) / 255)`.
  case color(red: UInt8, green: UInt8, blue: UInt8)
  /// Ignore transparency and keep the stored colour, as Pillow's `convert("RGB")` does.
  case dropAlpha

  /// Blend over white, as transformers 5 does.
  public static let white = Background.color(red: 255, green: 255, blue: 255)
}

/// What a file may ask for. Each limit is checked from the file's headers before anything is
/// decoded, except `progressiveScans`, which is counted while scans are read.
public struct DecodeLimits: Sendable, Equatable {
  /// Width times height. The default is Pillow's, above which it suspects a decompression bomb.
  public var pixels = 178_956_970
  /// Bytes of the file.
  public var bytes = 256 << 20
  /// Scans of a JPEG: each may cost as much time as decoding the whole image.
  public var progressiveScans = 256
  /// Bytes of a PNG chunk that does not hold image data.
  public var pngChunkBytes = 64 << 20
  /// Chunks of a PNG.
  public var pngChunks = 1 << 20
  /// Bytes of an inflated PNG text chunk; only those that may hold an orientation are read.
  public var pngTextBytes = 1 << 20

  public init() {}
}
