import VitImage

extension ModelDescription {
  /// Patches of the largest image that a tower takes.
  static let largestGrid = 1 << 16

  /// Checks what preprocessing will make of an image, before it is made.
  ///
  /// - Throws: `ModelError.invalidInput` where it is not the model's size and positions are not to be
  ///   interpolated, or where it has more patches than attention can do in any time.
  package func checkSize(of source: Image) throws(ModelError) {
    guard let preprocessing, let image else { return }
    let size = preprocessing.outputSize(width: source.width, height: source.height)
    if size.width == image.imageWidth, size.height == image.imageHeight { return }
    guard interpolatesPositions else {
      throw .invalidInput(
        reason:
          "the model's preprocessing makes \(size.width)×\(size.height) pixels of it, but the "
          + "model takes \(image.imageWidth)×\(image.imageHeight); resize it, or ask for "
          + "interpolated positions (`LoadOptions.interpolatesPositions`)")
    }
    let patches = (size.width / image.patchSize) * (size.height / image.patchSize)
    guard patches <= Self.largestGrid else {
      throw .invalidInput(
        reason: "\(size.width)×\(size.height) pixels have \(patches) patches; "
          + "\(Self.largestGrid) are the most, so resize it first")
    }
  }
}
