/// How stored pixels are turned to be upright: the values of the EXIF tag 0x0112.
package enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirroredHorizontally = 2
  case rotated180 = 3
  case mirroredVertically = 4
  case transposed = 5
  /// Stored pixels are to be turned by 90° clockwise.
  case rotated90Clockwise = 6
  case transversed = 7
  /// Stored pixels are to be turned by 90° counter-clockwise.
  case rotated90CounterClockwise = 8

  /// Whether stored rows become columns.
  package var swapsSides: Bool { rawValue >= 5 }

  /// The upright size of an image stored as `width` x `height`.
  package func size(width: Int, height: Int) -> (width: Int, height: Int) {
    swapsSides ? (height, width) : (width, height)
  }

  /// Copies stored rows to where they belong in the upright image.
  ///
  /// - Parameters:
  ///   - strip: `rows * width` stored RGB8 pixels, the stored rows from `firstRow` on.
  ///   - output: the whole upright image, `width * height` RGB8 pixels.
  func place(
    _ strip: UnsafePointer<UInt8>, firstRow: Int, rows: Int, width: Int, height: Int,
    in output: UnsafeMutablePointer<UInt8>
  ) {
    // Stored pixel (x, y) goes to upright pixel number origin + x * xStep + y * yStep.
    let (origin, xStep, yStep) = steps(width: width, height: height)
    let start = output + (origin + firstRow * yStep) * 3
    if swapsSides {
      // Along stored columns, so that writes are to neighbours.
      for x in 0..<width {
        var source = strip + x * 3
        var target = start + x * xStep * 3
        for _ in 0..<rows {
          target[0] = source[0]
          target[1] = source[1]
          target[2] = source[2]
          source += width * 3
          target += yStep * 3
        }
      }
    } else {
      for y in 0..<rows {
        var source = strip + y * width * 3
        var target = start + y * yStep * 3
        for _ in 0..<width {
          target[0] = source[0]
          target[1] = source[1]
          target[2] = source[2]
          source += 3
          target += xStep * 3
        }
      }
    }
  }

  private func steps(width: Int, height: Int) -> (origin: Int, xStep: Int, yStep: Int) {
    let (right, bottom) = (width - 1, height - 1)
    switch self {
    case .upright: return (0, 1, width)
    case .mirroredHorizontally: return (right, -1, width)
    case .rotated180: return (bottom * width + right, -1, -width)
    case .mirroredVertically: return (bottom * width, 1, -width)
    case .transposed: return (0, height, 1)
    case .rotated90Clockwise: return (bottom, height, -1)
    case .transversed: return (right * height + bottom, -height, -1)
    case .rotated90CounterClockwise: return (right * height, -height, 1)
    }
  }
}
