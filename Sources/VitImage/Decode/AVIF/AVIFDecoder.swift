import CCodecs

/// AVIF through libavif: of a sequence the first frame.
///
/// `irot` and `imir` belong to the picture, and are applied here whatever becomes of EXIF's orientation,
/// which does not count; `clap` is ignored (Pillow's `AvifImagePlugin.py` and `_avif.c`).
enum AVIFDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let container = try HEIFContainer(&window, format: .avif, name: name)
    let picture = try HEIFPicture(container, &window)
    try check(picture, container, options.limits)
    if !options.allowsTruncated { try container.requireData(of: picture) }
    try container.checkCodedKinds(of: picture, bytes)
    var options = options
    options.appliesOrientation = true
    // No frame is larger than what the file tells, so that none takes more memory than was expected.
    options.limits.pixels = max(picture.largestArea, picture.width * picture.height)
    guard let copy = try container.copyWithEnd(bytes) else {
      return try decode(bytes, picture, container, options)
    }
    return try copy.withBytes { (copy) throws(ImageError) in
      try decode(copy, picture, container, options)
    }
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ picture: HEIFPicture, _ container: HEIFContainer,
    _ options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    func decode(alpha: UnsafeRawBufferPointer?) throws(ImageError) -> DecodedImage {
      let alpha = codec_bytes(
        bytes: alpha?.bindMemory(to: UInt8.self).baseAddress, count: alpha?.count ?? 0)
      return try LibraryPicture.decode(
        bytes, name: container.name, format: .avif, options: options,
        orientation: picture.orientation
      ) { codec_avif_create($0, UInt64(container.toldByteCount), alpha) }
    }
    guard let copy = try container.copyOfAlpha(bytes, picture) else {
      return try decode(alpha: nil)
    }
    return try copy.withBytes { (copy) throws(ImageError) in try decode(alpha: copy) }
  }

  private static func check(
    _ picture: HEIFPicture, _ container: HEIFContainer, _ limits: DecodeLimits
  ) throws(ImageError) {
    guard picture.coding == "av01" else {
      throw container.unsupported("an image of the type \(picture.coding), not AV1")
    }
    guard !picture.isSequence || picture.frameCount <= mostFrames else {
      throw container.unsupported(
        "a sequence of \(picture.frameCount) frames, more than \(mostFrames)")
    }
    try container.checkSize(of: picture, limits)
  }

  /// What the library is told too (`VIT_AVIF_MAXIMUM_FRAMES`).
  private static let mostFrames = 65_536

  /// What decoding takes; nil, or an error, where the image is refused.
  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let container = try HEIFContainer(&window, format: .avif, name: image.name)
    let picture = try HEIFPicture(container, &window)
    try check(picture, container, options.limits)
    let (width, height) = (picture.width, picture.height)
    let area = max(picture.largestArea, width * height)
    guard area < DecodingMemory.absurdArea else { return nil }
    // The most of any image that it is made of: parts need not be of one kind.
    let configurations = container.av1Configurations(of: picture)
    let depth = (configurations.map(\.bits).max() ?? 12) > 8 ? 2 : 1
    let samples = configurations.map(\.samplesOfTwo).max() ?? 6
    // Transparency is gray, but need not be coded so.
    let alphaSamples =
      container.av1Configurations(ofAlphaOf: picture).map(\.samplesOfTwo).max() ?? samples
    // dav1d's picture, of a grid the whole beside a part, and of more than eight bits a copy of eight.
    let planes =
      area * samples / 2 * (picture.isDerived ? 2 * depth : depth) + area * (depth - 1) * 3
    let alpha =
      picture.hasAlpha ? area * alphaSamples / 2 * (picture.isDerived ? 2 * depth : depth) : 0
    // What it keeps of each block and row, of the colour and of the transparency.
    let blocks = (area / 2 + 512 * (width + height)) * (picture.hasAlpha ? 2 : 1)
    // Whole, with transparency or to be turned.
    let buffer =
      picture.hasAlpha
      ? 4 * width * height : picture.orientation == .upright ? 0 : 3 * width * height
    var copies = 0
    if let box = container.openBox, box.toldEnd == nil { copies += image.byteCount }
    if picture.isDerived, picture.hasAlpha { copies += image.byteCount }
    var options = options
    options.appliesOrientation = picture.orientation != .upright
    return DecodingMemory(
      width: width, height: height,
      working: planes + alpha + blocks + buffer + copies + 256 * picture.frameCount + 6 << 20,
      options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let container = try HEIFContainer(&window, format: .avif, name: name)
    let picture = try HEIFPicture(container, &window)
    let av1 = picture.av1
    var info = ImageInfo(
      format: .avif, width: picture.width, height: picture.height, bitsPerChannel: av1?.bits ?? 8,
      color: av1?.isGray ?? false ? .gray : picture.codes?.matrix == 0 ? .rgb : .ycbcr,
      hasAlpha: picture.hasAlpha)
    info.frameCount = picture.isSequence ? picture.frameCount : 1
    info.orientation = picture.orientation.rawValue
    info.profile = try picture.profile(&window)
    return info
  }
}
