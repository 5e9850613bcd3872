import VitSystem

/// The JPEG preview in a camera's raw file, and what the file says of how it was held.
///
/// Files that are shaped as a TIFF are read by their directories: DNG, NEF, ARW, CR2, PEF, SRW and 3FR,
/// which begin as one, and ORF and RW2, which begin otherwise. In those whose previews are not told
/// there (ORF keeps them in a maker note), and in CR3, JPEGs are looked for in the whole file; RAF tells
/// of its preview in its header.
struct RAWImage {
  let preview: JPEGStream
  /// The file's own, which counts before that of the preview.
  private(set) var orientation: Orientation?
  /// Of the sensor's data, where it is told.
  private(set) var width: Int
  private(set) var height: Int

  // MARK: What is one

  private static let fuji = Array("FUJIFILMCCD-RAW ".utf8)
  private static let canon = Array("ftypcrx ".utf8)

  /// Of those that do not begin as a TIFF.
  static func isSignature(_ start: [UInt8]) -> Bool {
    start.starts(with: fuji) || start.dropFirst(4).starts(with: canon)
      || RAWDirectories.form(start) != nil
  }

  /// Whether a file that begins as a TIFF is one.
  static func isRaw(_ window: inout ByteWindow) throws(ImageError) -> Bool {
    let start = try window.prefix(at: 0, count: 16)
    guard let form = TIFFForm(signature: start), !form.isBig else { return false }
    // Canon's mark of CR2.
    if start.dropFirst(8).starts(with: [0x43, 0x52, 0x02]) { return true }
    return try RAWDirectories(&window, form).isRaw(&window)
  }

  // MARK: Reading

  /// - Throws: `ImageError.unsupported` where no preview is found.
  init(_ window: inout ByteWindow, name: String) throws(ImageError) {
    let start = try window.prefix(at: 0, count: 16)
    var found: JPEGStream?
    var told: (width: Int, height: Int)?
    var orientation: Orientation?
    if start.starts(with: Self.fuji) {
      found = try Self.fujiPreview(&window)
    } else if start.dropFirst(4).starts(with: Self.canon) {
      orientation = try CanonBoxes.orientation(&window)
    } else if let form = RAWDirectories.form(start) ?? TIFFForm(signature: start) {
      let directories = try RAWDirectories(&window, form)
      orientation = try directories.orientation(&window)
      told = try directories.sensorSize(&window)
      found = try directories.largestPreview(&window)
    }
    if found == nil { found = try JPEGStream.largest(in: &window) }
    guard let found else {
      throw .unsupported(
        name: name, format: .raw, reason: "no JPEG preview that can be decoded lies in it")
    }
    preview = found
    self.orientation = orientation
    (width, height) = told ?? (found.width, found.height)
  }

  /// Its place is in the header, with the highest byte first.
  private static func fujiPreview(_ window: inout ByteWindow) throws(ImageError) -> JPEGStream? {
    guard let offset = try window.integer(UInt32.self, at: 84, isBigEndian: true).map(Int.init),
      let count = try window.integer(UInt32.self, at: 88, isBigEndian: true).map(Int.init),
      offset < window.count
    else { return nil }
    return try JPEGStream(&window, in: offset..<min(window.count, offset + count))
  }
}

extension RAWImage {
  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let raw = try RAWImage(&window, name: image.name)
    var part = window.part(raw.preview.range)
    return try JPEGFrame(&part)?.decodingMemory(options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let raw = try RAWImage(&window, name: name)
    var part = window.part(raw.preview.range)
    let preview = try JPEGFrame.info(&part, name: name)
    var info = ImageInfo(
      format: .raw, width: raw.width, height: raw.height, bitsPerChannel: preview.bitsPerChannel,
      color: preview.color, hasAlpha: false)
    info.profile = preview.profile
    info.orientation = raw.orientation?.rawValue ?? preview.orientation
    info.preview = .init(width: raw.preview.width, height: raw.preview.height)
    return info
  }
}
