import CCodecs
import VitSystem

/// What a directory of a TIFF says of its pixels; what is not read is refused by name.
///
/// The rules are those that were measured of Pillow (`OPEN_INFO` of `TiffImagePlugin.py`), and beyond
/// them what is as plainly defined: other bits of gray, RGB and CMYK, gray with associated alpha, and
/// alpha behind other extra samples.
struct TIFFLayout {
  let width: Int
  let height: Int
  let compression: Int
  let photometric: Int
  /// Of a sample, and how many samples of a pixel are stored.
  let bits: Int
  let samples: Int
  let isPlanar: Bool
  /// Of a tile, or of a strip, which is as wide as the image.
  let blockWidth: Int
  let blockHeight: Int
  let isTiled: Bool
  private(set) var number = CODEC_TIFF_UNSIGNED
  private(set) var color = CODEC_TIFF_RGB
  private(set) var alphaSample: Int?
  private(set) var isPremultiplied = false
  private(set) var lowest = 0.0
  private(set) var highest = 1.0
  /// `[1 << bits, 3]`
  private(set) var palette: [UInt8] = []
  /// Whether bytes of the data are to be turned round before they are read.
  let isBitReversed: Bool

  private let name: String

  /// The most samples of a pixel.
  private static let mostSamples = 16

  private enum Compression {
    static let none = 1
    /// Of CCITT.
    static let faxes = [2, 3, 4, 32771]
    static let oldJPEG = 6
    static let jpeg = 7
    static let jbig = 34661
  }

  private enum Photometric {
    static let whiteIsZero = 0
    static let blackIsZero = 1
    static let rgb = 2
    static let palette = 3
    static let separated = 5
    static let yCbCr = 6
    static let cieLab = 8
  }

  /// - Throws: `ImageError.corrupt` or `.unsupported`.
  init(
    _ directory: TIFFDirectory, _ window: inout ByteWindow, name: String
  ) throws(ImageError) {
    self.name = name
    func corrupt(_ reason: String) -> ImageError {
      .corrupt(name: name, format: .tiff, reason: reason)
    }
    func integer(_ tag: TIFFTag, else missing: Int) throws(ImageError) -> Int {
      try directory.integer(tag, &window) ?? missing
    }
    guard let width = try directory.integer(TIFFTag.imageWidth, &window),
      let height = try directory.integer(TIFFTag.imageLength, &window)
    else { throw corrupt("its directory tells no size") }
    guard (1...Int(UInt32.max)).contains(width), (1...Int(UInt32.max)).contains(height) else {
      throw corrupt("\(width) x \(height) pixels")
    }
    (self.width, self.height) = (width, height)
    compression = try integer(TIFFTag.compression, else: Compression.none)
    guard (0...0xFFFF).contains(compression) else {
      throw corrupt("compression \(compression)")
    }
    let isOldJPEG = compression == Compression.oldJPEG
    photometric =
      isOldJPEG
      ? Photometric.yCbCr
      : try integer(TIFFTag.photometricInterpretation, else: Photometric.whiteIsZero)
    samples = try integer(TIFFTag.samplesPerPixel, else: isOldJPEG ? 3 : 1)
    let planes = try integer(TIFFTag.planarConfiguration, else: 1)
    guard (1...2).contains(planes) else { throw corrupt("a planar configuration of \(planes)") }
    isPlanar = planes == 2 && samples > 1
    isBitReversed = try integer(TIFFTag.fillOrder, else: 1) == 2
    guard (1...Self.mostSamples).contains(samples) else {
      throw .unsupported(name: name, format: .tiff, reason: "\(samples) samples a pixel")
    }
    let told = try directory.integers(TIFFTag.bitsPerSample, &window, most: samples) ?? [1]
    bits = told[0]
    guard told.allSatisfy({ $0 == told[0] }) else {
      throw .unsupported(name: name, format: .tiff, reason: "samples of different sizes")
    }
    let tileWidth = try directory.integer(TIFFTag.tileWidth, &window)
    let tileHeight = try directory.integer(TIFFTag.tileLength, &window)
    isTiled = tileWidth != nil || tileHeight != nil
    if isTiled {
      (blockWidth, blockHeight) = (tileWidth ?? 0, tileHeight ?? 0)
      guard (1...Int(UInt32.max)).contains(blockWidth), (1...Int(UInt32.max)).contains(blockHeight)
      else { throw corrupt("tiles of \(blockWidth) x \(blockHeight) pixels") }
    } else {
      blockWidth = width
      let rows = try integer(TIFFTag.rowsPerStrip, else: height)
      guard rows > 0 else { throw corrupt("strips of \(rows) rows") }
      blockHeight = min(rows, height)
    }
    // libtiff reads all values that are told, and would read the same bytes for each of many tags.
    guard directory.outsideBytes <= window.count else {
      throw corrupt("its directory tells of more bytes than the file has")
    }
    try checkPlaces(directory)
    try takeColor(directory, &window)
    try takeNumber(directory, &window)
    try takeExtraSamples(directory, &window)
  }

  /// Strips or tiles that the image takes.
  private var blockCount: Int {
    // 32 and 32 bits.
    let (across, down) = (
      (width + blockWidth - 1) / blockWidth, (height + blockHeight - 1) / blockHeight
    )
    return Saturating.product(Saturating.product(across, down), isPlanar ? samples : 1)
  }

  /// Strips or tiles for which libtiff makes room whether their places are told or not.
  private static let mostWithoutPlaces = 1 << 20

  private func checkPlaces(_ directory: TIFFDirectory) throws(ImageError) {
    let tag = isTiled ? TIFFTag.tileOffsets : TIFFTag.stripOffsets
    let what = isTiled ? "tiles" : "strips"
    guard let entry = directory.entries[tag] else {
      throw .corrupt(name: name, format: .tiff, reason: "it does not tell where its \(what) are")
    }
    guard entry.count >= blockCount || blockCount <= Self.mostWithoutPlaces else {
      throw .corrupt(
        name: name, format: .tiff,
        reason: "\(blockCount) \(what), and it tells where \(entry.count) are")
    }
  }

  // MARK: Rules

  private mutating func takeColor(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) {
    guard compression != Compression.jbig else { throw unsupported("compressed as JBIG") }
    let scaled = (1...16).contains(bits) || bits == 32
    switch photometric {
    case Photometric.whiteIsZero, Photometric.blackIsZero:
      guard scaled else { throw unsupported("gray of \(bits) bits") }
      color =
        photometric == Photometric.whiteIsZero ? CODEC_TIFF_GRAY_FROM_WHITE : CODEC_TIFF_GRAY
    case Photometric.rgb:
      guard scaled else { throw unsupported("RGB of \(bits) bits a channel") }
      color = CODEC_TIFF_RGB
    case Photometric.palette:
      guard (1...8).contains(bits) else { throw unsupported("a palette of \(bits) bits") }
      color = CODEC_TIFF_PALETTE
      palette = try palette(directory, &window)
    case Photometric.separated:
      guard scaled else { throw unsupported("CMYK of \(bits) bits a channel") }
      let inks = try directory.integer(TIFFTag.inkSet, &window) ?? 1
      guard inks == 1 else { throw unsupported("inks other than CMYK") }
      color = CODEC_TIFF_CMYK
    case Photometric.yCbCr: color = try yCbCr(directory, &window)
    case Photometric.cieLab:
      guard bits == 8 else { throw unsupported("L*a*b* of \(bits) bits a channel") }
      color = CODEC_TIFF_LAB
    case 32803: throw unsupported("a camera's sensor data")
    case 34892: throw unsupported("linear data of a camera's sensor")
    default: throw unsupported("photometric interpretation \(photometric)")
    }
  }

  /// The high byte of each colour's 16 bits.
  private func palette(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) -> [UInt8] {
    let count = 1 << bits
    guard let entry = directory.entries[TIFFTag.colorMap],
      let numbers = try directory.integers(TIFFTag.colorMap, &window, most: 3 * count)
    else {
      throw .corrupt(name: name, format: .tiff, reason: "there is no palette")
    }
    guard entry.count == 3 * count else {
      throw .corrupt(
        name: name, format: .tiff, reason: "a palette of \(entry.count) numbers for \(bits) bits")
    }
    // All reds, all greens, all blues.
    return (0..<(3 * count)).map {
      UInt8(truncatingIfNeeded: numbers[$0 % 3 * count + $0 / 3] >> 8)
    }
  }

  private func yCbCr(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) -> codec_tiff_color {
    guard bits == 8 else { throw unsupported("YCbCr of \(bits) bits a channel") }
    if samples == 1, compression != Compression.oldJPEG { return CODEC_TIFF_GRAY }
    switch compression {
    // libjpeg turns it into RGB.
    case Compression.jpeg where !isPlanar: return CODEC_TIFF_RGB
    case Compression.none:
      if isPlanar { throw unsupported("YCbCr in planes without compression") }
      let sampling = try directory.integers(TIFFTag.yCbCrSubSampling, &window, most: 2)
      return sampling == [1, 1] ? CODEC_TIFF_YCBCR : CODEC_TIFF_YCBCR_BY_LIBRARY
    default: return CODEC_TIFF_YCBCR_BY_LIBRARY
    }
  }

  private mutating func takeNumber(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) {
    let formats =
      try directory.integers(TIFFTag.sampleFormat, &window, most: samples) ?? [1]
    guard formats.allSatisfy({ $0 == formats[0] }) else {
      throw unsupported("samples of different kinds")
    }
    let isGray = color == CODEC_TIFF_GRAY || color == CODEC_TIFF_GRAY_FROM_WHITE
    switch (formats[0], bits) {
    case (1, _), (4, _): return
    // As Pillow reads them.
    case (2, 8) where isGray: return
    case (2, 16) where isGray, (2, 32) where isGray:
      number = CODEC_TIFF_SIGNED
      (lowest, highest) = bits == 16 ? (-0x8000, 0x7FFF) : (-0x8000_0000, 0x7FFF_FFFF)
    case (3, 32) where isGray: number = CODEC_TIFF_FLOAT
    case (2, _): throw unsupported("signed samples of \(bits) bits\(isGray ? "" : " of colours")")
    case (3, _): throw unsupported("real numbers of \(bits) bits\(isGray ? "" : " of colours")")
    default: throw unsupported("samples of the kind \(formats[0])")
    }
    let least = try directory.real(TIFFTag.sMinSampleValue, &window) ?? lowest
    let most = try directory.real(TIFFTag.sMaxSampleValue, &window) ?? highest
    guard least < most, (most - least).isFinite else {
      throw .corrupt(
        name: name, format: .tiff, reason: "samples between \(least) and \(most)")
    }
    (lowest, highest) = (least, most)
  }

  private mutating func takeExtraSamples(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) {
    let colors = Int(tiffColorSamples)
    guard samples >= colors else {
      throw .corrupt(name: name, format: .tiff, reason: "\(samples) samples for \(colors) colours")
    }
    let extra = samples - colors
    guard extra > 0 else { return }
    var kinds =
      try directory.integers(TIFFTag.extraSamples, &window, most: Self.mostSamples) ?? []
    // As many programs write it.
    if kinds.isEmpty, color == CODEC_TIFF_RGB, extra == 1 { kinds = [2] }
    guard kinds.count == extra else {
      throw unsupported(
        "\(samples) samples a pixel, of which it tells what \(colors + kinds.count) are")
    }
    // 1 is associated, 2 unassociated alpha, 999 what Corel Draw writes for that.
    guard let index = kinds.firstIndex(where: { [1, 2, 999].contains($0) }) else { return }
    guard color != CODEC_TIFF_CMYK, color != CODEC_TIFF_LAB, color != CODEC_TIFF_YCBCR_BY_LIBRARY
    else { throw unsupported("transparency of colours that are not RGB") }
    alphaSample = colors + index
    isPremultiplied = kinds[index] == 1
  }

  private func unsupported(_ reason: String) -> ImageError {
    .unsupported(name: name, format: .tiff, reason: reason)
  }
}

extension TIFFLayout {
  /// Samples of a pixel that make its colour.
  var tiffColorSamples: Int {
    switch color {
    case CODEC_TIFF_GRAY, CODEC_TIFF_GRAY_FROM_WHITE, CODEC_TIFF_PALETTE: 1
    case CODEC_TIFF_CMYK: 4
    case CODEC_TIFF_YCBCR_BY_LIBRARY: min(samples, 3)
    default: 3
    }
  }

  /// How the colour is stored.
  var storedColor: ImageInfo.Color {
    switch photometric {
    case Photometric.whiteIsZero, Photometric.blackIsZero: .gray
    case Photometric.palette: .palette
    case Photometric.separated: .cmyk
    case Photometric.yCbCr: samples == 1 ? .gray : .ycbcr
    case Photometric.cieLab: .lab
    default: .rgb
    }
  }

  /// What decoding keeps beside the picture's pixels, at most; below `Int.max / 8`.
  ///
  /// - Parameter valueMemory: what libtiff makes of the directory.
  func workingMemory(valueMemory: Int, fileBytes: Int) -> Int {
    let sum = Saturating.sum
    let product = Saturating.product
    let colors = tiffColorSamples
    let used = colors + (alphaSample == nil ? 0 : 1)
    let channels = alphaSample == nil ? 3 : 4
    let blockPixels = product(blockWidth, blockHeight)
    let blockBytes = product(product(blockWidth, samples * bits) / 8 + 1, blockHeight)
    var total = 0
    if color == CODEC_TIFF_YCBCR_BY_LIBRARY {
      // RGBA of a block, and libtiff's block before it.
      total = product(blockPixels, 4 + 4)
    } else if isTiled {
      total = sum(blockBytes, product(blockWidth, colors))
    } else if Compression.faxes.contains(compression) {
      total = sum(blockBytes, width)
    } else {
      // A predictor of real numbers has a row of its own.
      total = product(width, 2 * samples * ((bits + 7) / 8) + colors)
    }
    if isTiled { total = sum(total, product(product(width, min(blockHeight, height)), channels)) }
    // A row with its transparency.
    total = sum(total, product(width, channels))
    total = sum(total, codecMemory(blockBytes: blockBytes, blockPixels: blockPixels))
    if isBitReversed { total = sum(total, fileBytes) }
    // Places and lengths of the blocks.
    let directory = sum(valueMemory, product(blockCount, 24))
    let readers = isPlanar && !isTiled ? used : 1
    total = sum(total, product(readers, sum(directory, Self.readerMemory)))
    return min(total, Int.max / 8)
  }

  /// Tables and windows of a codec, and structures.
  private static let readerMemory = 512 << 10

  /// What a codec keeps of a strip or tile.
  private func codecMemory(blockBytes: Int, blockPixels: Int) -> Int {
    switch compression {
    // Bytes as they are, LZW, Deflate, PackBits: what readerMemory has room for.
    case Compression.none, 5, 8, 32773, 32946: 0
    // Runs of a row and of the one before it.
    case let fax where Compression.faxes.contains(fax): Saturating.product(blockWidth, 20)
    // Coefficients of 16 bits of a progressive JPEG, and rows.
    case Compression.oldJPEG, Compression.jpeg:
      Saturating.sum(
        Saturating.product(blockPixels, 3 * samples), Saturating.product(blockWidth, 256))
    // LZMA, Zstandard: a window of the block.
    case 34925, 50000: Saturating.sum(blockBytes, 8 << 20)
    // WebP: a block, and of a lossless one its pixels and some rows as libwebp has them.
    case 50001:
      Saturating.sum(
        blockBytes, Saturating.sum(Saturating.product(blockPixels, 4), 1 << 20))
    // LERC: a block as it was compressed once more, as numbers, and of single samples, a mask, and tables
    // of the size of its numbers (`tif_lerc.c`, `Lerc2.h`).
    case 34887:
      Saturating.sum(
        Saturating.product(blockBytes, 4), Saturating.product(blockPixels, 4))
    // Others: whole blocks, as they are stored and as numbers of 64 bits.
    default: Saturating.product(blockPixels, 10 * samples)
    }
  }
}
