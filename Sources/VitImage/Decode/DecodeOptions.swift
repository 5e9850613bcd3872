/// How an image is decoded.
public struct DecodeOptions: Sendable, Equatable {
  /// Whether the orientation that the file tells is applied, so that the image is upright; the turns of
  /// HEIC and AVIF belong to the picture and always are.
  public var appliesOrientation = true
  /// What transparent pixels become.
  public var background: Background = .white
  /// Whether an image whose data ends early or breaks off is accepted, with a warning. What is
  /// missing is gray or coarse in a JPEG, black in others. A HEIC whose image is cut is refused all the
  /// same: its decoder gives no part of one.
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
