/// The frame of a JPEG, and whether its first scan leaves components to later ones.
struct JPEGFrame {
  struct Component {
    let horizontal: Int
    let vertical: Int
  }

  var width = 0
  var height = 0
  var components: [Component] = []
  var hasSeveralScans = false
  private(set) var bits = 8
  /// The profile's first piece, of the segments before the frame and behind it.
  private(set) var profile: [UInt8]?
  /// Where the first scan begins: what is before it are headers.
  private(set) var scan = 0

  private static let profilePrefix = Array("ICC_PROFILE\0".utf8)

  /// Nil where there is no frame before the first scan.
  init?(_ window: inout ByteWindow) throws(ImageError) {
    var position = 2
    while let marker = try window.marker(from: &position) {
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let frame = try window.bytes(at: position + 2, count: 6) else { return nil }
        bits = Int(frame[0])
        height = Int(frame[1]) << 8 | Int(frame[2])
        width = Int(frame[3]) << 8 | Int(frame[4])
        let count = Int(frame[5])
        guard let sampling = try window.bytes(at: position + 8, count: 3 * count) else {
          return nil
        }
        components = (0..<count).map {
          let factors = sampling[$0 * 3 + 1]
          return Component(horizontal: Int(factors >> 4), vertical: Int(factors & 15))
        }
        if ![0xC0, 0xC1, 0xC9].contains(marker) { hasSeveralScans = true }
      case 0xDA:
        guard !components.isEmpty, let count = try window.bytes(at: position + 2, count: 1) else {
          return nil
        }
        if Int(count[0]) < components.count { hasSeveralScans = true }
        scan = position
        return
      case 0xD9: return nil
      case 0xE2: try takeProfile(&window, at: position)
      default: break
      }
      guard let length = try window.bytes(at: position, count: 2) else { return nil }
      position += max(2, Int(length[0]) << 8 | Int(length[1]))
    }
    return nil
  }

  private mutating func takeProfile(
    _ window: inout ByteWindow, at position: Int
  ) throws(ImageError) {
    guard profile == nil,
      let length = try window.integer(UInt16.self, at: position, isBigEndian: true)
    else { return }
    let data = try window.prefix(at: position + 2, count: max(0, Int(length) - 2))
    // Behind the prefix the number of the piece and how many there are.
    if data.starts(with: Self.profilePrefix) { profile = Array(data.dropFirst(14)) }
  }

  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    return try JPEGFrame(&window)?.decodingMemory(options)
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    guard let frame = try JPEGFrame(&window) else {
      throw .corrupt(name: name, format: .jpeg, reason: "there is no frame before the first scan")
    }
    let color: ImageInfo.Color =
      switch frame.components.count {
      case 1: .gray
      case 4: .cmyk
      default: .ycbcr
      }
    var info = ImageInfo(
      format: .jpeg, width: frame.width, height: frame.height, bitsPerChannel: frame.bits,
      color: color, hasAlpha: false)
    info.profile = frame.profile.map { ICCProfile.name(in: $0) }
    let headers = try window.prefix(at: 0, count: frame.scan)
    info.orientation =
      headers.withUnsafeBytes { JPEGMetadata($0).orientation }?.rawValue ?? info.orientation
    return info
  }

  /// Nil where the image is refused.
  func decodingMemory(_ options: DecodeOptions) -> DecodingMemory? {
    // At most 65,535 a side: nothing below overflows.
    guard width > 0, height > 0, width * height <= options.limits.pixels else { return nil }
    var eighths = 8
    if let resize = options.reducedFor {
      // Which way the image lies is not known yet; the larger of the two is enough.
      eighths = max(
        ReducedScale.eighths(width: width, height: height, for: resize),
        ReducedScale.eighths(width: height, height: width, for: resize))
    }
    return DecodingMemory(
      width: ReducedScale.size(width, eighths), height: ReducedScale.size(height, eighths),
      working: rowBytes + (hasSeveralScans ? coefficientBytes : 0), options)
  }

  /// The rows that libjpeg holds on their way to RGB: of each component those of two units of the frame
  /// (`jdmainct.c`), upsampled ones (`jdsample.c`), and a row of CMYK.
  private var rowBytes: Int {
    let highest = max(1, components.map(\.vertical).max() ?? 1)
    return (width + 64) * components.count * highest * 17 + 4 * width
  }

  /// Blocks of 8 × 8 coefficients of 16 bits, each component padded to whole units of the frame
  /// (libjpeg `jdcoefct.c`), and a pointer to each row of them (`jmemmgr.c`, alloc_barray), which counts
  /// where the image is narrow.
  private var coefficientBytes: Int {
    let widest = max(1, components.map(\.horizontal).max() ?? 1)
    let highest = max(1, components.map(\.vertical).max() ?? 1)
    let columns = (width + 8 * widest - 1) / (8 * widest)
    let rows = (height + 8 * highest - 1) / (8 * highest)
    return components.reduce(0) {
      $0 + (columns * $1.horizontal * 128 + 8) * rows * $1.vertical
    }
  }
}
