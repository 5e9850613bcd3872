import VitSystem

/// What a HEIF shows: its primary image, or the first frame of its sequence.
struct HEIFPicture {
  /// Before it is cropped and turned.
  private(set) var width = 0
  private(set) var height = 0
  /// Those of its tiles, or of the image itself.
  private(set) var coding: FourCharacters
  private(set) var properties: [HEIFProperty] = []
  /// Properties of an image that is coded: of the first tile, or of the image itself.
  private(set) var codedProperties: [HEIFProperty] = []
  /// The item that is its transparency, where it is not a sequence.
  private(set) var alpha: Int?
  /// Of a grid without such: the transparency of each part; else empty.
  private(set) var partAlphas: [Int] = []
  private(set) var hasAlpha = false
  private(set) var isDerived = false
  /// Frames of a sequence; else images that are not part of another.
  private(set) var frameCount = 1
  private(set) var isSequence = false
  /// The items of the image and of what it is made of, its transparency included.
  private(set) var items: [Int] = []
  /// The highest width times height of any image that is told.
  private(set) var largestArea = 0
  /// The sum of width times height of all that is decoded for the image.
  private(set) var codedArea = 0

  /// - Throws: `ImageError.corrupt`, `.truncated` or `.unsupported`.
  init(_ container: HEIFContainer, _ window: inout ByteWindow) throws(ImageError) {
    let track = container.tracks.first { !$0.isAuxiliary && $0.coding != nil }
    let isTrack =
      track != nil && container.format == .avif
      && (container.primary == nil || container.brands.major != "avif")
    if isTrack, let track {
      coding = track.coding ?? ""
      takeTrack(track, container)
    } else {
      guard let number = container.primary, let item = container.items[number] else {
        throw container.corrupt("it has no primary image")
      }
      coding = item.type
      try takeItem(number, item, container, &window)
    }
    guard width > 0, height > 0 else {
      throw container.corrupt(
        width == 0 && height == 0 ? "it tells no size" : "\(width) x \(height) pixels")
    }
  }

  /// The type of the primary image of a HEIF whose brands do not tell it; nil where it cannot be read.
  static func coding(_ window: inout ByteWindow, name: String) -> FourCharacters? {
    guard let container = try? HEIFContainer(&window, format: .heic, name: name) else { return nil }
    return (try? HEIFPicture(container, &window))?.coding
  }

  // MARK: A sequence

  private mutating func takeTrack(_ track: HEIFTrack, _ container: HEIFContainer) {
    isSequence = true
    (width, height) = (track.width, track.height)
    properties = track.properties
    codedProperties = track.properties
    hasAlpha = container.tracks.contains(where: \.isAuxiliary)
    frameCount = max(1, track.frameCount)
    for track in container.tracks { note(width: track.width, height: track.height) }
  }

  // MARK: An image

  private mutating func takeItem(
    _ number: Int, _ item: HEIFItem, _ container: HEIFContainer, _ window: inout ByteWindow
  ) throws(ImageError) {
    properties = container.properties(of: item)
    isDerived = item.isDerived
    if let size = size(properties) { (width, height) = size }
    var alphas: [Int: [Int]] = [:]
    for (number, other) in container.items {
      let properties = container.properties(of: other)
      if let size = size(properties) { note(width: size.width, height: size.height) }
      guard !other.auxiliaryOf.isEmpty, isAlpha(properties) else { continue }
      for owner in other.auxiliaryOf { alphas[owner, default: []].append(number) }
    }
    alpha = alphas[number]?.min()
    hasAlpha = alpha != nil
    var walk = HEIFItemWalk(container, alphas)
    codedArea = try walk.area(of: number)
    items = walk.visited
    guard let coded = firstCoded(number, container) else {
      throw container.corrupt("its image is made of none")
    }
    coding = coded.type
    codedProperties = container.properties(of: coded)
    if isDerived, !hasAlpha {
      partAlphas = item.parts.compactMap { alphas[$0]?.min() }
      if partAlphas.count != item.parts.count { partAlphas = [] }
      // libheif does not look for it there.
      hasAlpha = container.format == .avif && !partAlphas.isEmpty
    }
    if isDerived, let size = try derivedSize(item, container, &window) {
      note(width: size.width, height: size.height)
      if width == 0 { (width, height) = size }
    }
    frameCount = max(
      1,
      container.items.values.count {
        $0.isImage && !$0.isHidden && $0.auxiliaryOf.isEmpty && $0.thumbnailOf.isEmpty
      })
  }

  private func isAlpha(_ properties: [HEIFProperty]) -> Bool {
    properties.contains {
      if case .auxiliary(let type) = $0 { HEIFProperty.isAlpha(type) } else { false }
    }
  }

  private func firstCoded(_ number: Int, _ container: HEIFContainer) -> HEIFItem? {
    var number = number
    for _ in 0..<8 {
      guard let item = container.items[number] else { return nil }
      guard item.isDerived else { return item }
      guard let part = item.parts.first else { return nil }
      number = part
    }
    return nil
  }

  private func size(_ properties: [HEIFProperty]) -> (width: Int, height: Int)? {
    for case .size(let width, let height) in properties { return (width, height) }
    return nil
  }

  /// What a grid or an overlay tells of the picture that it makes (ISO/IEC 23008-12, 6.6.2).
  private func derivedSize(
    _ item: HEIFItem, _ container: HEIFContainer, _ window: inout ByteWindow
  ) throws(ImageError) -> (width: Int, height: Int)? {
    guard item.type != "iden", let range = container.ranges(of: item)?.first else { return nil }
    var reader = BigEndianReader(
      try window.prefix(at: range.lowerBound, count: min(32, range.count)))
    // Of a grid rows and columns, of an overlay the colour of the canvas.
    guard let head = reader.integer(2), reader.skip(item.type == "grid" ? 2 : 8) != nil,
      let width = reader.integer(head & 1 == 0 ? 2 : 4),
      let height = reader.integer(head & 1 == 0 ? 2 : 4)
    else { return nil }
    return (width, height)
  }

  private mutating func note(width: Int, height: Int) {
    largestArea = max(largestArea, Saturating.product(width, height))
  }

  // MARK: Answers

  /// As EXIF has it: what `irot` and `imir` make of the image (Pillow's `_avif.c`).
  var orientation: Orientation {
    var turns = 0
    var axis: Int?
    for property in properties {
      switch property {
      case .rotation(let quarters): turns = quarters
      case .mirror(let line): axis = line
      default: break
      }
    }
    return switch (turns, axis) {
    case (0, nil): .upright
    case (1, nil): .rotated90CounterClockwise
    case (2, nil): .rotated180
    case (_, nil): .rotated90Clockwise
    case (0, 0), (2, 1): .mirroredVertically
    case (0, _), (2, _): .mirroredHorizontally
    case (1, 0), (3, 1): .transposed
    default: .transversed
    }
  }

  /// The size when everything is applied in its order: what a decoder of HEIC gives.
  var transformedSize: (width: Int, height: Int) {
    var size = (width: width, height: height)
    for property in properties {
      switch property {
      case .rotation(let quarters) where quarters % 2 == 1:
        size = (width: size.height, height: size.width)
      case .crop(let width, let height):
        size = (width: min(size.width, max(1, width)), height: min(size.height, max(1, height)))
      default: break
      }
    }
    return size
  }

  var hevc: HEVCConfiguration? {
    for case .hevc(let configuration) in codedProperties { return configuration }
    return nil
  }

  var av1: AV1Configuration? {
    for case .av1(let configuration) in codedProperties { return configuration }
    return nil
  }

  var codes: ColorCodes? {
    for case .codes(let codes) in properties { return codes }
    for case .codes(let codes) in codedProperties { return codes }
    return nil
  }

  /// The name of the profile, or of what the codes of H.273 tell.
  func profile(_ window: inout ByteWindow) throws(ImageError) -> String? {
    for case .profile(let range) in properties + codedProperties {
      // A name lies in its first bytes; what is behind them are tables.
      return try ICCProfile.name(
        in: window.prefix(at: range.lowerBound, count: min(range.count, 1 << 20)))
    }
    return codes?.name
  }
}

extension HEIFContainer {
  func corrupt(_ reason: String) -> ImageError {
    .corrupt(name: name, format: format, reason: reason)
  }

  func unsupported(_ reason: String) -> ImageError {
    .unsupported(name: name, format: format, reason: reason)
  }

  /// Throws where data of the picture is behind the file's end.
  func requireData(of picture: HEIFPicture) throws(ImageError) {
    for number in picture.items {
      guard let item = items[number], ranges(of: item) != nil else {
        throw .truncated(
          name: name, format: format,
          reason: "the file has \(byteCount) bytes, and the image's data goes on behind them")
      }
    }
  }
}
