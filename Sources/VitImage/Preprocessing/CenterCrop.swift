/// Cuts out the centre of an image, and pads what is smaller.
public struct CenterCrop: Sendable, Equatable {
  /// Which way a centre that falls between two pixels goes. The libraries differ by one pixel.
  public enum Convention: String, Sendable {
    /// Offset `floor((size - crop) / 2)`; padding before the image is rounded up.
    case huggingFace = "Hugging Face"
    /// Offset `(size - crop) / 2` rounded half to even; padding before the image is rounded down.
    /// Also OpenCLIP's and timm's.
    case torchvision
  }

  public let width: Int
  public let height: Int
  public let convention: Convention
  /// Red, green, blue of the padding.
  public let fill: [UInt8]

  public init(
    width: Int, height: Int, convention: Convention, fill: [UInt8] = [0, 0, 0]
  ) {
    precondition(fill.count == 3, "a fill colour has red, green and blue")
    self.width = width
    self.height = height
    self.convention = convention
    self.fill = fill
  }

  /// What of an axis of `size` pixels is kept, and how many pixels of padding go before it.
  func window(size: Int, crop: Int) -> (kept: Range<Int>, before: Int) {
    guard crop <= size else {
      let missing = crop - size
      return (0..<size, convention == .huggingFace ? (missing + 1) / 2 : missing / 2)
    }
    let spare = size - crop
    var offset = spare / 2
    if convention == .torchvision, spare % 2 == 1, offset % 2 == 1 {
      offset += 1
    }
    return (offset..<offset + crop, 0)
  }
}
