import VitSystem

/// A file format that is decoded.
public enum ImageFormat: String, Sendable, CaseIterable {
  case jpeg
  case png
  case bmp
  case webp
  case gif
  case heic
  case avif
  case tiff
  /// A camera's raw file, of which the JPEG preview is decoded.
  case raw

  /// The name in print.
  public var name: String { row.name }

  /// The names of all, as a sentence has them: `JPEG, PNG or BMP`.
  package static var listed: String {
    let names = allCases.map(\.name)
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }
}

extension ImageFormat {
  /// What is known of a format: where one more is added.
  private struct Row {
    let name: String
    /// Of names, in small letters, without the dot.
    let endings: [String]
    /// Whether a file that begins so, with `signatureBytes` of it or the whole, is of the format.
    let isSignature: ([UInt8]) -> Bool
    /// What decodes it, where that is looked up when it is first needed.
    var library: DecodingLibrary?
    let decode: (UnsafeRawBufferPointer, String, DecodeOptions) throws(ImageError) -> DecodedImage
    /// What decoding takes, told from the headers; nil, or an error, where the image is refused.
    let memory: (CompressedImage, DecodeOptions) throws(ImageError) -> DecodingMemory?
    let info: (inout ByteWindow, String) throws(ImageError) -> ImageInfo
  }

  /// Bytes at the start of a file that tell its format: the brands of an ISO file are in the first box.
  private static let signatureBytes = 1 << 10

  private var row: Row {
    switch self {
    case .jpeg:
      Row(
        // JPEGs of Windows (`jfif`), of old programs, and of sites that add the size.
        name: "JPEG",
        endings: [
          "jpg", "jpeg", "jpe", "jif", "jfif", "jfi", "pjpeg", "pjp", "jpg_large", "jpg-large",
          "jpg_orig",
        ],
        isSignature: { $0.starts(with: [0xFF, 0xD8, 0xFF]) }, decode: JPEGDecoder.decode,
        memory: JPEGFrame.decodingMemory, info: JPEGFrame.info)
    case .png:
      Row(
        name: "PNG", endings: ["png", "png_large"],
        isSignature: { $0.starts(with: PNGChunks.signature) }, decode: PNGDecoder.decode,
        memory: PNGFrame.decodingMemory, info: PNGFrame.info)
    case .bmp:
      Row(
        name: "BMP", endings: ["bmp", "dib"],
        isSignature: { $0.starts(with: BMPHeader.signature) }, decode: BMPDecoder.decode,
        memory: BMPHeader.decodingMemory, info: BMPHeader.info)
    case .webp:
      Row(
        name: "WebP", endings: ["webp"], isSignature: WebPContainer.isSignature, library: .webp,
        decode: WebPDecoder.decode, memory: WebPContainer.decodingMemory, info: WebPContainer.info)
    case .gif:
      Row(
        name: "GIF", endings: ["gif"], isSignature: GIFHeader.isSignature,
        decode: GIFDecoder.decode, memory: GIFHeader.decodingMemory, info: GIFHeader.info)
    case .heic:
      Row(
        name: "HEIC", endings: ["heic", "heif", "hif"],
        isSignature: { ISOBrands($0)?.format == .heic }, library: .heif,
        decode: HEICDecoder.decode, memory: HEICDecoder.decodingMemory, info: HEICDecoder.info)
    case .avif:
      Row(
        name: "AVIF", endings: ["avif", "avifs"],
        isSignature: { ISOBrands($0)?.format == .avif }, library: .avif,
        decode: AVIFDecoder.decode, memory: AVIFDecoder.decodingMemory, info: AVIFDecoder.info)
    case .tiff:
      Row(
        name: "TIFF", endings: ["tif", "tiff", "btf", "tf8"], isSignature: TIFFImage.isSignature,
        library: .tiff, decode: TIFFDecoder.decode, memory: TIFFImage.decodingMemory,
        info: TIFFImage.info)
    case .raw:
      Row(
        name: "camera raw",
        endings: [
          "dng", "nef", "nrw", "arw", "sr2", "cr2", "cr3", "orf", "rw2", "raf", "pef", "srw", "3fr",
        ],
        isSignature: RAWImage.isSignature, decode: RAWDecoder.decode,
        memory: RAWImage.decodingMemory, info: RAWImage.info)
    }
  }

  var library: DecodingLibrary? { row.library }

  func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    try row.decode(bytes, name, options)
  }

  /// What decoding takes, told from the headers; nil where the image is refused.
  ///
  /// - Throws: `ImageError.unreadable`.
  func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    do { return try row.memory(image, options) } catch {
      if case .unreadable = error { throw error }
      return nil
    }
  }

  func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    try row.info(&window, name)
  }

  /// Those of all formats, in small letters, without the dot.
  static let allEndings = allCases.flatMap(\.row.endings)

  private static let endings = allEndings.map { Array($0.utf8) }

  /// The usual ending of each format, as patterns: `*.jpg, *.png`.
  package static var patterns: String {
    allCases.map { "*.\($0.row.endings[0])" }.joined(separator: ", ")
  }

  /// Whether a file in a folder or an archive is taken for an image by how its name, as `SystemName`
  /// has it, ends, in small letters or capitals.
  package static func isName(_ name: String) -> Bool {
    SystemName.ending(of: name).map(endings.contains) ?? false
  }

  /// The format by the first bytes, or nil.
  static func detect(_ start: [UInt8]) -> ImageFormat? {
    allCases.first { $0.row.isSignature(start) }
  }

  /// Tells the format by the first bytes, whatever the file is called.
  ///
  /// - Throws: `ImageError.unknownFormat`, which names other formats where they are recognised.
  static func detect(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageFormat {
    let start = try window.prefix(at: 0, count: signatureBytes)
    if let format = detect(start) {
      // Most raw files begin as a TIFF.
      return format == .tiff ? try RAWImage.isRaw(&window) ? .raw : .tiff : format
    }
    if let brands = ISOBrands(start) {
      let coding = brands.isHEIF ? HEIFPicture.coding(&window, name: name) : nil
      if coding == "hvc1" || coding == "hev1" { return .heic }
      throw brands.unknownFormat(coding: coding, name: name)
    }
    let begins =
      "begins with "
      + start.prefix(4).map { hexadecimal($0) }.joined(separator: " ")
    guard let other = start.withUnsafeBytes({ UndecodedFormat.detect($0) }) else {
      throw .unknownFormat(name: name, found: begins, remedy: "check what the file is")
    }
    throw .unknownFormat(
      name: name, found: "\(begins), \(other.description)", remedy: other.remedy)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + text : text
  }
}
