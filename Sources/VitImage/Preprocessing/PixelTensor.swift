/// An image as a model takes it: normalised float32, channels first.
public struct PixelTensor: Sendable, Equatable {
  public let height: Int
  public let width: Int
  /// `[3, height, width]` Red, green, blue plane.
  public let values: [Float]

  /// - Precondition: `values` holds `3 · height · width` numbers.
  package init(height: Int, width: Int, values: [Float]) {
    precondition(values.count == 3 * height * width)
    self.height = height
    self.width = width
    self.values = values
  }
}
