import VitJSON

extension Preprocessing {
  /// From the `pretrained_cfg` of a timm `config.json`.
  ///
  /// Follows `resolve_data_config` and `transforms_imagenet_eval` of timm 1.0.31. The result has
  /// the size of the model, whatever `input_size` says; where that is absent or another, it is
  /// among the defaulted fields.
  ///
  /// - Parameters:
  ///   - pretrainedConfig: Nil where the file has none.
  ///   - imageHeight: Pixels that the model takes.
  ///   - imageWidth: Pixels that the model takes.
  ///   - name: The file, for messages.
  package static func timm(
    _ pretrainedConfig: JSONValue?, imageHeight: Int, imageWidth: Int, name: String
  ) throws -> Preprocessing {
    var settings = try SettingsReader(pretrainedConfig, file: name)
    try PreprocessingError.checkSize(width: imageWidth, height: imageHeight)
    if let size = settings.value("input_size") {
      guard let sides = size.array, sides.count == 3, sides[0].int == 3 else {
        throw settings.invalid("input_size", "is not [3, height, width]")
      }
      let height = try settings.side(sides[1], "input_size[1]")
      let width = try settings.side(sides[2], "input_size[2]")
      if height != imageHeight || width != imageWidth { settings.markAbsent("input_size") }
    }
    let filter = try interpolation(&settings, allowed: ResampleFilter.allCases)
    let cropMode = try settings.string("crop_mode") ?? "center"
    // As in timm, 0 counts as absent.
    var cropShare = try settings.number("crop_pct") ?? 0.875
    if cropShare == 0 { cropShare = 0.875 }
    let mean = try settings.channels("mean", default: Normalization.imageNetMean)
    let standardDeviation = try settings.channels(
      "std", default: Normalization.imageNetStandardDeviation, isDivisor: true)

    func scaled(_ side: Int) throws -> Int {
      let scaled = (Double(side) / cropShare).rounded(.down)
      guard cropShare > 0, let size = Int(exactly: scaled), SettingsReader.sizes.contains(size)
      else {
        throw settings.invalid(
          "crop_pct", "is \(cropShare), which makes no sensible size of \(side) pixels")
      }
      return size
    }
    let width = try scaled(imageWidth)
    let height = try scaled(imageHeight)
    let resize: ResizePolicy
    var fill: [UInt8] = [0, 0, 0]
    switch cropMode {
    case "center":
      resize =
        width == height ? .shortestEdge(width) : .covering(width: width, height: height)
    case "squash":
      resize = .exact(width: width, height: height)
    case "border":
      resize = .fitting(width: width, height: height)
      // In float64, as the file has them: `round(255 * v)` in Python, half to even.
      let exact = settings.peek("mean")?.array?.compactMap(\.double) ?? Normalization.imageNetMean
      fill = (0..<3).map { channel in
        let value = exact.count == 3 ? exact[channel] : Double(mean[channel])
        return UInt8(min(max((255 * value).rounded(.toNearestOrEven), 0), 255))
      }
    default:
      throw settings.invalid("crop_mode", "is \(cropMode), not center, squash or border")
    }
    return Preprocessing(
      resize: resize, filter: filter,
      crop: CenterCrop(
        width: imageWidth, height: imageHeight, convention: .torchvision, fill: fill),
      normalization: try settings.checked(
        Normalization(rescaling: .division, mean: mean, standardDeviation: standardDeviation),
        keys: "mean and std"),
      defaultedFields: settings.absent)
  }

  /// A filter by its name in timm and OpenCLIP; bicubic by default.
  static func interpolation(
    _ settings: inout SettingsReader, allowed: [ResampleFilter]
  ) throws(PreprocessingError) -> ResampleFilter {
    guard let name = try settings.string("interpolation") else { return .bicubic }
    guard let filter = ResampleFilter(rawValue: name), allowed.contains(filter) else {
      throw settings.invalid(
        "interpolation",
        "is \(name), not one of \(allowed.map(\.rawValue).joined(separator: ", "))")
    }
    return filter
  }
}
