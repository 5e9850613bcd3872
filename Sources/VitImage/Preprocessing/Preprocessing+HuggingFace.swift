import VitJSON

extension Preprocessing {
  /// From the content of `preprocessor_config.json` or `processor_config.json`, in the old and the
  /// new spellings.
  ///
  /// The arithmetic is that of transformers 5.23.0's Pillow path (`image_processing_backends.py`).
  ///
  /// - Parameters:
  ///   - json: Nil where the model brings no such file.
  ///   - family: The processor that the model's class goes with; a class named in the file wins.
  ///   - name: The file, for messages.
  package static func huggingFace(
    _ json: JSONValue?, family: ProcessorFamily, name: String
  ) throws -> Preprocessing {
    var settings = try SettingsReader(json, file: name)
    if let nested = settings.peek("image_processor") {
      settings = try SettingsReader(nested, file: name)
    }
    let family = try processor(settings, fallback: family)
    try settings.check(.huggingFaceProcessor)

    var resize = ResizePolicy.none
    var filter = family.filter
    if try settings.bool("do_resize", default: true) {
      resize = try self.resize(&settings, family: family)
      filter = try resample(&settings, default: family.filter)
    }
    let crop = try self.crop(&settings, family: family)
    var rescaling = Normalization.Rescaling.none
    if try settings.bool("do_rescale", default: true) {
      let factor = try settings.number("rescale_factor") ?? 1.0 / 255
      guard factor > 0, Float(factor * 255).isFinite, Float(factor) > 0 else {
        throw settings.invalid("rescale_factor", "is \(factor), not a positive float32")
      }
      rescaling = .factor(factor)
    }
    var mean: [Float] = [0, 0, 0]
    var standardDeviation: [Float] = [1, 1, 1]
    if try settings.bool("do_normalize", default: true) {
      mean = try settings.channels("image_mean", default: family.mean)
      standardDeviation = try settings.channels(
        "image_std", default: family.standardDeviation, isDivisor: true)
    }
    return Preprocessing(
      resize: resize, filter: filter, crop: crop,
      normalization: try settings.checked(
        Normalization(rescaling: rescaling, mean: mean, standardDeviation: standardDeviation),
        keys: "rescale_factor, image_mean and image_std"),
      defaultedFields: settings.absent)
  }

  /// Of a model that brings no such file: its class's, for images of the model's own size. Where the
  /// class resizes to more than it crops, the share is kept (256 for 224, 438 for 384).
  package static func huggingFace(
    family: ProcessorFamily, imageHeight: Int, imageWidth: Int
  ) -> Preprocessing {
    var resize = ResizePolicy.exact(width: imageWidth, height: imageHeight)
    var crop: CenterCrop?
    if family.crops {
      crop = CenterCrop(width: imageWidth, height: imageHeight, convention: .huggingFace)
      switch family.resize {
      case .exact(let width, let height):
        resize = .exact(
          width: imageWidth * width / ProcessorFamily.ownSize,
          height: imageHeight * height / ProcessorFamily.ownSize)
      default:
        resize =
          imageWidth == imageHeight
          ? .shortestEdge(imageWidth) : .covering(width: imageWidth, height: imageHeight)
      }
    }
    return Preprocessing(
      resize: resize, filter: family.filter, crop: crop,
      normalization: Normalization(
        rescaling: .factor(1.0 / 255), mean: family.mean.map { Float($0) },
        standardDeviation: family.standardDeviation.map { Float($0) }),
      defaultedFields: ["size", "crop_size", "resample", "image_mean", "image_std"])
  }

  private static func processor(
    _ settings: SettingsReader, fallback: ProcessorFamily
  ) throws(PreprocessingError) -> ProcessorFamily {
    for key in ["image_processor_type", "feature_extractor_type"] {
      guard let value = settings.peek(key) else { continue }
      guard let type = value.string else { throw settings.invalid(key, "is not a string") }
      guard let family = ProcessorFamily(className: type) else {
        throw .unsupportedProcessor(
          file: settings.file, type: type, supported: ProcessorFamily.supportedClassNames)
      }
      return family
    }
    return fallback
  }

  private static func resize(
    _ settings: inout SettingsReader, family: ProcessorFamily
  ) throws(PreprocessingError) -> ResizePolicy {
    var singleIsSquare = family.singleSizeIsSquare
    if settings.peek("default_to_square") != nil {
      singleIsSquare = try settings.bool("default_to_square", default: singleIsSquare)
    }
    guard let value = settings.value("size") else { return family.resize }
    switch value {
    case .number:
      let size = try settings.side(value, "size")
      return singleIsSquare ? .exact(width: size, height: size) : .shortestEdge(size)
    case .array(let sides) where sides.count == 2:
      return .exact(
        width: try settings.side(sides[1], "size[1]"),
        height: try settings.side(sides[0], "size[0]"))
    case .object(let object):
      func side(_ key: String) throws(PreprocessingError) -> Int {
        try settings.side(object[key], "size.\(key)")
      }
      let keys = Set(object.filter { !$0.value.isNull }.map(\.key))
      switch keys {
      case ["height", "width"]:
        return .exact(width: try side("width"), height: try side("height"))
      case ["shortest_edge"]:
        return .shortestEdge(try side("shortest_edge"))
      case ["shortest_edge", "longest_edge"]:
        return .shortestEdgeWithin(try side("shortest_edge"), longest: try side("longest_edge"))
      case ["max_height", "max_width"]:
        return .within(width: try side("max_width"), height: try side("max_height"))
      default:
        throw settings.invalid(
          "size",
          "has the keys \(keys.sorted().joined(separator: ", ")), not height and width, "
            + "shortest_edge, shortest_edge and longest_edge, or max_height and max_width")
      }
    default:
      throw settings.invalid("size", "is neither a number, a pair nor an object")
    }
  }

  private static func crop(
    _ settings: inout SettingsReader, family: ProcessorFamily
  ) throws(PreprocessingError) -> CenterCrop? {
    guard try settings.bool("do_center_crop", default: family.crops) else { return nil }
    let size: (width: Int, height: Int)
    switch settings.value("crop_size") {
    case nil:
      guard let side = family.cropSize else {
        throw settings.invalid("crop_size", "is missing, but do_center_crop is true")
      }
      size = (side, side)
    case .number(let number):
      let side = try settings.side(.number(number), "crop_size")
      size = (side, side)
    case .array(let sides) where sides.count == 2:
      size = (
        try settings.side(sides[1], "crop_size[1]"), try settings.side(sides[0], "crop_size[0]")
      )
    case .object(let object):
      size = (
        try settings.side(object["width"], "crop_size.width"),
        try settings.side(object["height"], "crop_size.height")
      )
    default:
      throw settings.invalid("crop_size", "is neither a number, a pair nor an object")
    }
    return CenterCrop(width: size.width, height: size.height, convention: .huggingFace)
  }

  /// Pillow's codes.
  private static func resample(
    _ settings: inout SettingsReader, default fallback: ResampleFilter
  ) throws(PreprocessingError) -> ResampleFilter {
    let filters: [ResampleFilter] = [.nearest, .lanczos, .bilinear, .bicubic, .box, .hamming]
    guard let value = settings.value("resample") else { return fallback }
    guard let code = value.int, filters.indices.contains(code) else {
      throw settings.invalid("resample", "is not one of Pillow's codes 0 to 5")
    }
    return filters[code]
  }
}
