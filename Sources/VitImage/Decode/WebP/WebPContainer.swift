import CCodecs
import VitSystem

/// The chunks of a WebP: where its image lies, or the first frame of its animation, and what it says of
/// itself.
///
/// The format is that of Google's "WebP Container Specification"; what is refused is what libwebp's
/// demultiplexer refuses (`src/demux/demux.c`), through which Pillow reads.
struct WebPContainer {
  /// The canvas, in pixels.
  private(set) var width = 0
  private(set) var height = 0
  private(set) var hasAlpha = false
  private(set) var isLossless = false
  /// Where the frame lies on the canvas, and its size.
  private(set) var left = 0
  private(set) var top = 0
  private(set) var frameWidth = 0
  private(set) var frameHeight = 0
  /// Of the file: the frame's chunks, from the head of the first on.
  private(set) var frame = 0..<0
  private(set) var frameCount = 1
  private(set) var exif: Range<Int>?
  private(set) var xmp: Range<Int>?
  private(set) var profile: Range<Int>?
  /// Why the file is shorter than it says.
  private(set) var missing: String?

  private let name: String

  static func isSignature(_ start: [UInt8]) -> Bool {
    start.starts(with: Array("RIFF".utf8)) && start.dropFirst(8).starts(with: Array("WEBP".utf8))
  }

  /// - Throws: `ImageError.truncated` where the frame's head is not there, or `.corrupt`.
  init(_ window: inout ByteWindow, name: String) throws(ImageError) {
    self.name = name
    guard let size = try window.integer(UInt32.self, at: 4).map(Int.init), size >= 12 else {
      throw corrupt("a RIFF file without room for an image")
    }
    var end = size + 8
    if end > window.count {
      missing = "\(window.count) of \(end) bytes are there"
      end = window.count
    }
    guard let first = try chunk(&window, at: 12, end: end) else { throw truncated }
    switch first.type {
    case "VP8 ", "VP8L":
      try takeImage(&window, in: 12..<end)
      (width, height) = (frameWidth, frameHeight)
    case "VP8X": try takeExtended(&window, first, end: end)
    default: throw corrupt("it begins with a chunk \(Self.printed(first.type))")
    }
  }

  // MARK: Chunks

  private struct Chunk {
    let type: String
    let start: Int
    /// Its data, as far as it is there.
    let data: Range<Int>
    /// Where the next one begins.
    let next: Int
  }

  /// The chunk at `position`, or nil where its head is not there.
  private func chunk(
    _ window: inout ByteWindow, at position: Int, end: Int
  ) throws(ImageError) -> Chunk? {
    guard position + 8 <= end, let head = try window.bytes(at: position, count: 8) else {
      return nil
    }
    let size = head.withUnsafeBytes { Int($0.integer(UInt32.self, at: 4)!) }
    let start = position + 8
    return Chunk(
      type: String(decoding: head[..<4], as: UTF8.self), start: position,
      data: start..<min(end, start + size), next: start + size + size % 2)
  }

  private mutating func takeExtended(
    _ window: inout ByteWindow, _ header: Chunk, end: Int
  ) throws(ImageError) {
    guard let bytes = try window.bytes(at: header.data.lowerBound, count: 10),
      header.data.count >= 10
    else { throw truncated }
    func number(_ place: Int) -> Int {
      Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16
    }
    let isAnimation = bytes[0] & 2 != 0
    width = 1 + number(4)
    height = 1 + number(7)
    var frames = 0
    var images: Int?
    var position = header.next
    while let chunk = try chunk(&window, at: position, end: end) {
      switch chunk.type {
      case "ANMF" where isAnimation:
        if frames == 0 { try takeFrame(&window, chunk) }
        frames += 1
      case "ALPH", "VP8 ", "VP8L":
        guard !isAnimation else { throw corrupt("an image beside the frames of an animation") }
        if images == nil { images = chunk.start }
      case "EXIF": exif = exif ?? chunk.data
      case "XMP ": xmp = xmp ?? chunk.data
      case "ICCP": profile = profile ?? chunk.data
      default: break
      }
      position = chunk.next
    }
    if isAnimation {
      guard frames > 0 else { throw absent("an animation without frames") }
      frameCount = frames
    } else {
      guard let images else { throw absent("there is no image") }
      try takeImage(&window, in: images..<end)
      guard frameWidth == width, frameHeight == height else {
        throw corrupt(
          "an image of \(frameWidth) x \(frameHeight) on a canvas of \(width) x \(height)")
      }
    }
    hasAlpha = bytes[0] & 16 != 0
  }

  private mutating func takeFrame(
    _ window: inout ByteWindow, _ chunk: Chunk
  ) throws(ImageError) {
    guard let bytes = try window.bytes(at: chunk.data.lowerBound, count: 16), chunk.data.count >= 16
    else { throw truncated }
    func number(_ place: Int) -> Int {
      Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16
    }
    let (toldWidth, toldHeight) = (1 + number(6), 1 + number(9))
    try takeImage(&window, in: (chunk.data.lowerBound + 16)..<chunk.data.upperBound)
    guard frameWidth == toldWidth, frameHeight == toldHeight else {
      throw corrupt("the first frame is not of the size that is told")
    }
    (left, top) = (2 * number(0), 2 * number(3))
    guard left + frameWidth <= width, top + frameHeight <= height else {
      throw corrupt("the first frame sticks out of the canvas")
    }
  }

  /// Finds the image among the chunks of a range: `VP8 ` with or without `ALPH` before it, or `VP8L`.
  private mutating func takeImage(
    _ window: inout ByteWindow, in range: Range<Int>
  ) throws(ImageError) {
    var alpha: Int?
    var position = range.lowerBound
    while let chunk = try chunk(&window, at: position, end: range.upperBound) {
      switch chunk.type {
      case "ALPH": alpha = alpha ?? chunk.start
      case "VP8 ":
        guard let head = try window.bytes(at: chunk.data.lowerBound, count: 10) else {
          throw truncated
        }
        // A key frame that is shown, and its start code (RFC 6386, 9.1).
        guard head[0] & 1 == 0, head[3...5].elementsEqual([0x9D, 0x01, 0x2A]) else {
          throw corrupt("the image data does not begin with a key frame")
        }
        frameWidth = Int(head[6]) | Int(head[7] & 0x3F) << 8
        frameHeight = Int(head[8]) | Int(head[9] & 0x3F) << 8
        frame = (alpha ?? chunk.start)..<chunk.data.upperBound
        hasAlpha = alpha != nil
        return
      case "VP8L":
        guard alpha == nil else { throw corrupt("a lossless image with transparency of its own") }
        guard let head = try window.bytes(at: chunk.data.lowerBound, count: 5) else {
          throw truncated
        }
        guard head[0] == 0x2F, head[4] >> 5 == 0 else {
          throw corrupt("the lossless image data does not begin as such")
        }
        let bits = head.withUnsafeBytes { $0.integer(UInt32.self, at: 1)! }
        frameWidth = 1 + Int(bits & 0x3FFF)
        frameHeight = 1 + Int(bits >> 14 & 0x3FFF)
        hasAlpha = bits >> 28 & 1 != 0
        isLossless = true
        frame = chunk.start..<chunk.data.upperBound
        return
      default: break
      }
      position = chunk.next
    }
    throw absent("there is no image")
  }

  // MARK: Errors

  private var truncated: ImageError {
    .truncated(name: name, format: .webp, reason: missing ?? "the file ends within its header")
  }

  private func absent(_ reason: String) -> ImageError {
    missing == nil ? corrupt(reason) : truncated
  }

  private func corrupt(_ reason: String) -> ImageError {
    .corrupt(name: name, format: .webp, reason: reason)
  }

  private static func printed(_ type: String) -> String {
    type.unicodeScalars.map { $0.isASCII && $0.value > 32 ? String($0) : "?" }.joined()
  }
}

extension WebPContainer {
  /// What decoding takes; nil, or an error, where the image is refused.
  static func decodingMemory(
    of image: CompressedImage, _ options: DecodeOptions
  ) throws(ImageError) -> DecodingMemory? {
    var window = ByteWindow(image)
    let container = try WebPContainer(&window, name: image.name)
    let (width, height) = (container.width, container.height)
    guard DecodingMemory.area(width, height, options.limits) != nil else { return nil }
    let frame = container.frameWidth * container.frameHeight
    // The whole picture with its transparency, or as it lies in the file.
    let buffer =
      container.hasAlpha
      ? 4 * width * height : options.appliesOrientation ? 3 * width * height : 0
    // libwebp's: of a lossless image all pixels (`vp8l_dec.c`), of a lossy one its transparency
    // (`alpha_dec.c`) and some rows (`frame_dec.c`).
    let decoder =
      container.isLossless
      ? 4 * frame + 80 * container.frameWidth
      : (container.hasAlpha ? frame : 0) + 256 * (container.frameWidth + 64)
    let metadata = max(container.exif?.count ?? 0, container.xmp?.count ?? 0)
    return DecodingMemory(
      width: width, height: height, working: buffer + decoder + 512 << 10, options
    ).atLeast(DecodingMemory.metadata(metadata))
  }

  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    let container = try WebPContainer(&window, name: name)
    var info = ImageInfo(
      format: .webp, width: container.width, height: container.height, bitsPerChannel: 8,
      color: container.isLossless ? .rgb : .ycbcr, hasAlpha: container.hasAlpha)
    info.frameCount = container.frameCount
    info.orientation = try container.orientation(&window).rawValue
    if let profile = container.profile {
      info.profile = ICCProfile.name(in: try container.metadata(profile, &window))
    }
    return info
  }

  /// That of the EXIF chunk, or else of the XMP packet.
  func orientation(_ window: inout ByteWindow) throws(ImageError) -> Orientation {
    var value: Int?
    if let exif {
      value = try metadata(exif, &window).withUnsafeBytes { EXIF.orientation(in: $0) }
    }
    if value == nil, let xmp {
      value = try metadata(xmp, &window).withUnsafeBytes { XMP.orientation(in: $0) }
    }
    return value.flatMap(Orientation.init(rawValue:)) ?? .upright
  }

  private func metadata(
    _ range: Range<Int>, _ window: inout ByteWindow
  ) throws(ImageError) -> [UInt8] {
    try window.prefix(
      at: range.lowerBound, count: min(range.count, ByteWindow.mostMetadata))
  }
}
