/// The scale at which a JPEG is decoded where a smaller image is made of it anyway.
enum ReducedScale {
  /// Of the scales that libjpeg-turbo has fast transforms for.
  private static let choices = [1, 2, 4]

  /// How many eighths of its size: the fewest that leave an image at least as large as the resize
  /// that follows makes it; 8 for the whole.
  static func eighths(width: Int, height: Int, for resize: ResizePolicy) -> Int {
    let target = resize.size(width: width, height: height)
    return choices.first { eighths in
      size(width, eighths) >= target.width && size(height, eighths) >= target.height
    } ?? 8
  }

  /// A side at so many eighths, as libjpeg rounds it.
  static func size(_ side: Int, _ eighths: Int) -> Int { (side * eighths + 7) / 8 }
}
