import CCodecs

/// HEIC through libheif: HEVC images, grids and overlays, of which the primary one is decoded.
///
/// `irot`, `imir` and `clap` belong to the picture and are applied by the library; what EXIF says of the
/// orientation repeats them, and does not count (pillow-heif resets it).
enum HEICDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let container = try HEIFContainer(&window, format: .heic, name: name)
    let picture = try HEIFPicture(container, &window)
    try check(picture, container, options)
    try container.requireData(of: picture)
    try container.checkCodedSizes(of: picture, bytes)
    let is420 = picture.hevc?.chromaFormat == 1
    // libheif up to 1.15 asks for all images' data, whichever is decoded.
    guard let copy = try container.copyWithZeros(bytes, limit: options.limits.bytes) else {
      return try decode(bytes, is420, name, options)
    }
    return try copy.withBytes { (copy) throws(ImageError) in
      try decode(copy, is420, name, options)
    }
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ is420: Bool, _ name: String, _ options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    try LibraryPicture.decode(
      bytes, name: name, format: .heic, options: options, orientation: .upright
    ) { codec_heic_create($0, is420) }
  }

  private static func check(
    _ picture: HEIFPicture, _ container: HEIFContainer, _ options: DecodeOptions
  ) throws(ImageError) {
    guard picture.coding == "hvc1" || picture.coding == "hev1" else {
      throw container.unsupported("an image of the type \(picture.coding), not HEVC")
    }
    try container.checkSize(of: picture, options.limits)
  }

  /// What decoding takes; nil, or an error, where the image is refused.
  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let container = try HEIFContainer(&window, format: .heic, name: image.name)
    let picture = try HEIFPicture(container, &window)
    try check(picture, container, options)
    let (width, height) = picture.transformedSize
    let area = max(picture.largestArea, picture.hevc?.largestPicture ?? 0)
    guard area < DecodingMemory.absurdArea else { return nil }
    // The most of any image that it is made of: parts need not be of one kind.
    let configurations = container.configurations(of: picture)
    let depth = configurations.contains { $0.bits > 8 } ? 2 : 1
    let samples = HEVCConfiguration.samplesOfTwo(configurations.map(\.chromaFormat).max() ?? 3)
    // libheif's planes as coded, and those of RGB.
    let converting = area * depth * (samples + 6) / 2
    // RGB before it was turned or cropped and after.
    let turning = area * depth * 6
    // RGB, and the transparency of 4:2:0 twice while it is taken over from libde265.
    let alpha = picture.hasAlpha ? area * depth * (3 + 3 + 1) : 0
    // What libde265 keeps of each block, and is not given back at once.
    let blocks = area / 2 * 3
    let buffer = picture.hasAlpha ? 4 * width * height : 0
    // The data of an image is copied by libheif and by libde265, into buffers that are larger than what
    // they hold (measured: twice as much as the data); and all of a file whose end is missed.
    var copies = Saturating.product(image.byteCount, 3)
    if let end = container.openBox?.toldEnd, end <= options.limits.bytes {
      copies = Saturating.sum(copies, end)
    }
    return DecodingMemory(
      width: width, height: height,
      working: Saturating.sum(copies, max(converting, turning, alpha) + blocks + buffer + 6 << 20),
      options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let container = try HEIFContainer(&window, format: .heic, name: name)
    let picture = try HEIFPicture(container, &window)
    let (width, height) = picture.transformedSize
    var info = ImageInfo(
      format: .heic, width: width, height: height,
      bitsPerChannel: picture.hevc?.bits ?? 8,
      color: picture.hevc?.chromaFormat == 0 ? .gray : picture.codes?.matrix == 0 ? .rgb : .ycbcr,
      hasAlpha: picture.hasAlpha)
    info.frameCount = picture.frameCount
    info.profile = try picture.profile(&window)
    return info
  }
}

extension HEIFContainer {
  /// Throws where a size is beyond the limits, or what is decoded for the image beyond all proportion.
  func checkSize(of picture: HEIFPicture, _ limits: DecodeLimits) throws(ImageError) {
    try PixelAssembly.checkSize(
      width: UInt32(clamping: picture.width), height: UInt32(clamping: picture.height),
      limits: limits, name: name, format: format)
    let area = max(picture.largestArea, picture.hevc?.largestPicture ?? 0)
    guard area <= limits.pixels else {
      throw .exceedsLimit(
        name: name, what: "\(area) pixels of one of its images", limit: "\(limits.pixels) pixels")
    }
    // Tiles stick out of the image, and an overlay covers what is below; each may be decoded as often as
    // the file says.
    let most = Saturating.product(limits.pixels, 3)
    guard picture.codedArea <= most else {
      throw .exceedsLimit(
        name: name, what: "\(picture.codedArea) pixels of its parts", limit: "\(most) pixels")
    }
    try checkPieces(of: picture, fileBytes: max(byteCount, min(toldByteCount, limits.bytes)))
  }

  /// Throws where the pieces of a coded image are more than the file, or those of all far more: each
  /// image's are put together and looked through, though all may lie on the same bytes.
  private func checkPieces(of picture: HEIFPicture, fileBytes: Int) throws(ImageError) {
    var total = 0
    for number in picture.items {
      guard let item = items[number], !item.isDerived else { continue }
      var sum = 0
      for extent in item.extents {
        // A length of zero is all that follows.
        sum = Saturating.sum(sum, extent.count == 0 ? fileBytes : extent.count)
      }
      guard item.extents.count < 2 || sum <= fileBytes else {
        throw corrupt("the pieces of one of its images are more than the file")
      }
      total = Saturating.sum(total, min(sum, fileBytes))
    }
    // Equal tiles may be stored once.
    guard total <= Saturating.sum(Saturating.product(fileBytes, 4), 64 << 20) else {
      throw corrupt("its images share their data beyond all proportion")
    }
  }

  /// Throws where a coded image's data announces more than its header does: larger pictures, or more
  /// samples, or more bits of them. The decoder would make room for them, whatever the header tells. And
  /// where it holds several pictures: all would be decoded.
  func checkCodedSizes(
    of picture: HEIFPicture, _ bytes: UnsafeRawBufferPointer
  ) throws(ImageError) {
    for number in picture.items {
      guard let item = items[number], !item.isDerived, let ranges = ranges(of: item) else {
        continue
      }
      let data =
        ranges.count == 1
        ? HEVCData(bytes[ranges[0]], lengthSize(of: item))
        : HEVCData(ranges.flatMap { bytes[$0] }[...], lengthSize(of: item))
      guard data.pictureCount <= 1 else {
        throw corrupt("\(data.pictureCount) pictures in the data of one image")
      }
      try check(data, of: item)
    }
  }

  /// Of all coded images that a picture is made of.
  fileprivate func configurations(of picture: HEIFPicture) -> [HEVCConfiguration] {
    picture.items.compactMap { items[$0] }.flatMap { properties(of: $0) }.compactMap {
      if case .hevc(let configuration) = $0 { configuration } else { nil }
    }
  }

  private func lengthSize(of item: HEIFItem) -> Int {
    for case .hevc(let configuration) in properties(of: item) { return configuration.lengthSize }
    return 4
  }

  private func check(_ data: HEVCData, of item: HEIFItem) throws(ImageError) {
    // Pictures are coded in blocks of up to 64 pixels a side.
    var most = 64 * 64
    var told: HEVCConfiguration?
    for property in properties(of: item) {
      switch property {
      case .hevc(let configuration):
        most = max(most, configuration.largestPicture)
        told = told ?? configuration
      case .size(let width, let height):
        most = max(most, Saturating.product(width + 64, height + 64))
      default: break
      }
    }
    guard data.largestPicture <= most else {
      throw corrupt("its data is of \(data.largestPicture) pixels, more than its header tells")
    }
    guard data.chromaFormat <= told?.chromaFormat ?? 3, data.bits <= told?.bits ?? 8 else {
      throw corrupt(
        "its data is of \(data.bits) bits and the chroma format \(data.chromaFormat), more than its "
          + "header tells")
    }
  }
}
