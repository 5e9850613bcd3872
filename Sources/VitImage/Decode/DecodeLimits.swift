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
