import VitSystem

/// The first image of a TIFF, by its directory.
struct TIFFImage {
  let directory: TIFFDirectory
  let layout: TIFFLayout
  /// Where the directory lies.
  private let position: Int
  private let fileBytes: Int

  static func isSignature(_ start: [UInt8]) -> Bool { TIFFForm(signature: start) != nil }

  /// - Throws: `ImageError.truncated` where the directory is not in the file, `.corrupt` or
  ///   `.unsupported`.
  init(_ window: inout ByteWindow, name: String) throws(ImageError) {
    let start = try window.prefix(at: 0, count: 8)
    guard let form = TIFFForm(signature: start) else {
      throw .corrupt(name: name, format: .tiff, reason: "it does not begin as a TIFF")
    }
    guard
      let position = try TIFFDirectory.offset(
        &window, at: form.firstDirectory, bytes: form.isBig ? 8 : 4, form.isBigEndian)
    else {
      throw .truncated(name: name, format: .tiff, reason: "the file ends within its header")
    }
    guard position < window.count else {
      throw .truncated(
        name: name, format: .tiff,
        reason: "its directory lies at byte \(position), and \(window.count) are there")
    }
    guard let directory = try TIFFDirectory(&window, at: position, form) else {
      throw .corrupt(name: name, format: .tiff, reason: "there is no directory at byte \(position)")
    }
    self.directory = directory
    self.position = position
    fileBytes = window.count
    layout = try TIFFLayout(directory, &window, name: name)
  }

  /// What decoding takes beside the pixels.
  var workingMemory: Int {
    layout.workingMemory(valueMemory: directory.valueMemory, fileBytes: fileBytes)
  }

  /// Checks what is told of sizes against the limits.
  func checkSizes(_ limits: DecodeLimits, name: String) throws(ImageError) {
    try PixelAssembly.checkSize(
      width: UInt32(layout.width), height: UInt32(layout.height), limits: limits, name: name,
      format: .tiff)
    let block = Saturating.product(layout.blockWidth, layout.blockHeight)
    guard block <= limits.pixels else {
      throw .exceedsLimit(
        name: name, what: "tiles of \(layout.blockWidth) x \(layout.blockHeight) pixels",
        limit: "\(limits.pixels) pixels")
    }
  }

  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let found = try TIFFImage(&window, name: image.name)
    try found.checkSizes(options.limits, name: image.name)
    let (width, height) = (found.layout.width, found.layout.height)
    guard DecodingMemory.area(width, height, options.limits) != nil else { return nil }
    return DecodingMemory(width: width, height: height, working: found.workingMemory, options)
      .atLeast(DecodingMemory.metadata(found.directory.byteCount(TIFFTag.xmp)))
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let image = try TIFFImage(&window, name: name)
    let layout = image.layout
    var info = ImageInfo(
      format: .tiff, width: layout.width, height: layout.height, bitsPerChannel: layout.bits,
      color: layout.storedColor, hasAlpha: layout.alphaSample != nil)
    info.orientation = try image.orientation(&window).rawValue
    info.frameCount = try image.directory.count(from: image.position, &window)
    info.profile = try image.directory.bytes(
      TIFFTag.iccProfile, &window, most: ByteWindow.mostMetadata
    )
    .map { ICCProfile.name(in: $0) }
    return info
  }

  /// The directory's, or else that of the XMP packet, as Pillow looks for it.
  func orientation(_ window: inout ByteWindow) throws(ImageError) -> Orientation {
    var value = try directory.integer(TIFFTag.orientation, &window)
    if directory.entries[TIFFTag.orientation] == nil {
      value = try directory.bytes(TIFFTag.xmp, &window, most: ByteWindow.mostMetadata)?
        .withUnsafeBytes { XMP.orientation(in: $0) }
    }
    return value.flatMap(Orientation.init(rawValue:)) ?? .upright
  }
}
