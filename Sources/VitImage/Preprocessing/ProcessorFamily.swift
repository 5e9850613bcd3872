/// The image processors of transformers, with the defaults of their classes (5.23.0).
package enum ProcessorFamily: String, Sendable, CaseIterable {
  case clip, chineseCLIP, vit, deit, siglip, bit, beit

  /// The class names before `ImageProcessor` or `FeatureExtractor`.
  private var className: String {
    switch self {
    case .clip: "CLIP"
    case .chineseCLIP: "ChineseCLIP"
    case .vit: "ViT"
    case .deit: "DeiT"
    case .siglip: "Siglip"
    case .bit: "Bit"
    case .beit: "Beit"
    }
  }

  /// Of an `image_processor_type` or a `feature_extractor_type`. `Fast` and `Pil` name other
  /// backends of the same class.
  init?(className: String) {
    var name = className
    for suffix in ["Fast", "Pil"] where name.hasSuffix(suffix) {
      name.removeLast(suffix.count)
    }
    let family = Self.allCases.first { family in
      name == family.className + "ImageProcessor" || name == family.className + "FeatureExtractor"
    }
    guard let family else { return nil }
    self = family
  }

  static let supportedClassNames = allCases.map { $0.className + "ImageProcessor" }

  /// Pixels of a side of what the classes make unless told otherwise.
  static let ownSize = 224

  var resize: ResizePolicy {
    switch self {
    case .clip, .chineseCLIP, .bit: .shortestEdge(224)
    case .vit, .siglip, .beit: .exact(width: 224, height: 224)
    case .deit: .exact(width: 256, height: 256)
    }
  }

  /// Whether a `size` that is a single number means a square, not the shortest edge.
  var singleSizeIsSquare: Bool {
    switch self {
    case .vit, .deit, .beit: true
    case .clip, .chineseCLIP, .siglip, .bit: false
    }
  }

  var filter: ResampleFilter { self == .vit ? .bilinear : .bicubic }

  var crops: Bool {
    switch self {
    case .clip, .chineseCLIP, .deit, .bit: true
    case .vit, .siglip, .beit: false
    }
  }

  /// Nil where the class has none, so that asking for a crop needs a size.
  var cropSize: Int? {
    switch self {
    case .vit, .siglip: nil
    default: 224
    }
  }

  var mean: [Double] {
    switch self {
    case .clip, .chineseCLIP, .bit: Normalization.openAIMean
    default: Normalization.half
    }
  }

  var standardDeviation: [Double] {
    switch self {
    case .clip, .chineseCLIP, .bit: Normalization.openAIStandardDeviation
    default: Normalization.half
    }
  }
}
