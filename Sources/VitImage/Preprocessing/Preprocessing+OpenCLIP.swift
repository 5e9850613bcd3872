import VitJSON

extension Preprocessing {
  /// From the `preprocess_cfg` of an `open_clip_config.json`.
  ///
  /// Follows `image_transform` of open_clip 3.3.0 at evaluation. `size` is always the model's.
  ///
  /// - Parameters:
  ///   - preprocessConfig: Nil where the file has none.
  ///   - imageHeight: Pixels that the model takes.
  ///   - imageWidth: Pixels that the model takes.
  ///   - name: The file, for messages.
  package static func openCLIP(
    _ preprocessConfig: JSONValue?, imageHeight: Int, imageWidth: Int, name: String
  ) throws -> Preprocessing {
    var settings = try SettingsReader(preprocessConfig, file: name)
    try settings.check(.openCLIPPreprocessing)
    try PreprocessingError.checkSize(width: imageWidth, height: imageHeight)
    if let mode = settings.peek("mode"), mode.string != "RGB" {
      throw settings.invalid("mode", "is not RGB, the only one supported")
    }
    // "random" is for training; at evaluation it means bicubic.
    var filter = ResampleFilter.bicubic
    if settings.peek("interpolation")?.string != "random" {
      filter = try interpolation(&settings, allowed: [.bicubic, .bilinear])
    }
    let mode = try settings.string("resize_mode") ?? "shortest"
    let mean = try settings.channels("mean", default: Normalization.openAIMean)
    let standardDeviation = try settings.channels(
      "std", default: Normalization.openAIStandardDeviation, isDivisor: true)

    var resize = ResizePolicy.exact(width: imageWidth, height: imageHeight)
    var crop: CenterCrop?
    switch mode {
    case "squash":
      break
    case "longest":
      resize = .fitting(width: imageWidth, height: imageHeight)
      crop = CenterCrop(
        width: imageWidth, height: imageHeight, convention: .torchvision,
        fill: try fillColor(&settings))
    case "shortest":
      crop = CenterCrop(width: imageWidth, height: imageHeight, convention: .torchvision)
      if imageWidth == imageHeight {
        resize = .shortestEdge(imageWidth)
      } else {
        // The reference drops the setting here, and its class defaults to bicubic.
        resize = .covering(width: imageWidth, height: imageHeight)
        filter = .bicubic
      }
    default:
      throw settings.invalid("resize_mode", "is \(mode), not shortest, longest or squash")
    }
    return Preprocessing(
      resize: resize, filter: filter, crop: crop,
      normalization: try settings.checked(
        Normalization(rescaling: .division, mean: mean, standardDeviation: standardDeviation),
        keys: "mean and std"),
      defaultedFields: settings.absent)
  }

  /// One level for all channels, or three.
  private static func fillColor(
    _ settings: inout SettingsReader
  ) throws(PreprocessingError) -> [UInt8] {
    guard let value = settings.value("fill_color") else { return [0, 0, 0] }
    var levels = (value.array ?? [value]).map { $0.int.flatMap(UInt8.init(exactly:)) }
    if levels.count == 1 { levels = [levels[0], levels[0], levels[0]] }
    let fill = levels.compactMap { $0 }
    guard levels.count == 3, fill.count == 3 else {
      throw settings.invalid("fill_color", "is not a level within 0 to 255, or three of them")
    }
    return fill
  }
}
