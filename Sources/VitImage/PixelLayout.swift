/// How the pixels of a buffer are laid out, 8 bits a channel.
public enum PixelLayout: Sendable, CaseIterable {
  /// Red, green, blue.
  case rgb
  /// Blue, green, red.
  case bgr
  /// Red, green, blue, alpha; not premultiplied.
  case rgba
  /// Blue, green, red, alpha; not premultiplied.
  case bgra
  /// One channel, which becomes red, green and blue.
  case gray

  /// Bytes of a pixel.
  public var bytesPerPixel: Int {
    switch self {
    case .gray: 1
    case .rgb, .bgr: 3
    case .rgba, .bgra: 4
    }
  }
}
