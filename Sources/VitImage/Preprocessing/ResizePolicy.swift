/// How the size of an image before the crop follows from the size of the source.
public enum ResizePolicy: Sendable, Equatable {
  /// The source's own size.
  case none
  /// The shorter side becomes `size`, the longer one `int(size · long / short)`, as in transformers
  /// and torchvision.
  case shortestEdge(Int)
  /// As `shortestEdge`, but made smaller where the longer side would exceed `longest`
  /// (`get_size_with_aspect_ratio` of transformers).
  case shortestEdgeWithin(Int, longest: Int)
  /// As large as fits into the box, truncated (`get_image_size_for_max_height_width` of
  /// transformers).
  case within(width: Int, height: Int)
  /// Exactly that; the aspect ratio is not kept ("squash").
  case exact(width: Int, height: Int)
  /// The box is covered: its tighter side decides. Sides are rounded half to even
  /// (`ResizeKeepRatio` of timm and OpenCLIP with `longest=0`).
  case covering(width: Int, height: Int)
  /// The image fits into the box; what is missing is padded afterwards. Sides are rounded half to
  /// even (`ResizeKeepRatio` with `longest=1`).
  case fitting(width: Int, height: Int)

  /// The size after the resize; sides that the formulas round to 0 are 1.
  func size(width: Int, height: Int) -> (width: Int, height: Int) {
    switch self {
    case .none:
      return (width, height)
    case .shortestEdge(let size):
      return Self.shortest(size, width: width, height: height) { long, short in
        Double(size * long) / Double(short)
      }
    case .shortestEdgeWithin(let size, let longest):
      let short = Double(min(width, height))
      let long = Double(max(width, height))
      guard long / short * Double(size) > Double(longest) else {
        return ResizePolicy.shortestEdge(size).size(width: width, height: height)
      }
      let exact = Double(longest) * short / long
      let rounded = max(Int(exact.rounded(.toNearestOrEven)), 1)
      return Self.shortest(rounded, width: width, height: height) { long, short in
        exact * Double(long) / Double(short)
      }
    case .within(let maximumWidth, let maximumHeight):
      let scale = min(
        Double(maximumHeight) / Double(height), Double(maximumWidth) / Double(width))
      return (max(Int(Double(width) * scale), 1), max(Int(Double(height) * scale), 1))
    case .exact(let width, let height):
      return (width, height)
    case .covering(let targetWidth, let targetHeight):
      return Self.divided(
        width, height,
        by: min(Double(height) / Double(targetHeight), Double(width) / Double(targetWidth)))
    case .fitting(let targetWidth, let targetHeight):
      return Self.divided(
        width, height,
        by: max(Double(height) / Double(targetHeight), Double(width) / Double(targetWidth)))
    }
  }

  private static func shortest(
    _ size: Int, width: Int, height: Int, longSide: (_ long: Int, _ short: Int) -> Double
  ) -> (width: Int, height: Int) {
    if min(width, height) == size { return (width, height) }
    return width < height
      ? (size, max(Int(longSide(height, width)), 1))
      : (max(Int(longSide(width, height)), 1), size)
  }

  private static func divided(
    _ width: Int, _ height: Int, by ratio: Double
  ) -> (width: Int, height: Int) {
    func side(_ source: Int) -> Int {
      max(Int((Double(source) / ratio).rounded(.toNearestOrEven)), 1)
    }
    return (side(width), side(height))
  }
}
