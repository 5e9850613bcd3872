import CCodecs

/// What transparent pixels become.
public enum Background: Sendable, Equatable {
  /// Blend over this colour: `round((colour·α + background·(255 − α)) / 255)`.
  case color(red: UInt8, green: UInt8, blue: UInt8)
  /// Ignore transparency and keep the stored colour, as Pillow's `convert("RGB")` does.
  case dropAlpha

  /// Blend over white, as transformers 5 does.
  public static let white = Background.color(red: 255, green: 255, blue: 255)
}

extension Background {
  /// What a decoder is told to do with transparency.
  var alpha: codec_alpha {
    switch self {
    case .color: CODEC_BLEND_ALPHA
    case .dropAlpha: CODEC_DROP_ALPHA
    }
  }

  /// Red, green and blue; zeros where nothing is blended.
  var color: [UInt8] {
    switch self {
    case .color(let red, let green, let blue): [red, green, blue]
    case .dropAlpha: [0, 0, 0]
    }
  }
}
