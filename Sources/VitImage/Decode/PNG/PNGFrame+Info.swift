import VitSystem

extension PNGFrame {
  static func info(_ window: inout ByteWindow, name: String) throws(ImageError) -> ImageInfo {
    guard let header = try window.bytes(at: 0, count: headerBytes) else {
      throw .truncated(name: name, format: .png, reason: "the file ends within its header")
    }
    guard header.withUnsafeBytes({ ChunkType(bytes: $0, at: 12) }) == .header else {
      throw .corrupt(name: name, format: .png, reason: "it does not begin with a header chunk")
    }
    let frame = PNGFrame(header)
    let chunks = try OtherChunks(&window)
    var info = ImageInfo(
      format: .png, width: frame.width, height: frame.height, bitsPerChannel: frame.bitDepth,
      color: frame.colorType == 3 ? .palette : frame.colorType & 2 == 0 ? .gray : .rgb,
      hasAlpha: frame.colorType & 4 != 0 || chunks.hasTransparency)
    info.profile = chunks.profile
    info.orientation = chunks.orientation.rawValue
    info.frameCount = chunks.frameCount
    return info
  }
}

/// What the chunks without image data say.
private struct OtherChunks {
  var hasTransparency = false
  var profile: String?
  var frameCount = 1
  var orientation = Orientation.upright

  init(_ window: inout ByteWindow) throws(ImageError) {
    let limits = DecodeLimits()
    // Those that may hold an orientation, one behind another.
    var kept: [UInt8] = []
    var places: [(type: ChunkType, data: Range<Int>)] = []
    var position = PNGChunks.signature.count
    var count = 0
    while count < limits.pngChunks, let head = try window.bytes(at: position, count: 8) {
      let length = head.withUnsafeBytes { Int($0.integer(UInt32.self, at: 0, isBigEndian: true)!) }
      let type = head.withUnsafeBytes { ChunkType(bytes: $0, at: 4) }
      let start = position + 8
      switch type {
      case .transparency: hasTransparency = true
      case .standardColor: profile = profile ?? "sRGB"
      case .profile:
        profile = Self.profileName(try window.prefix(at: start, count: min(length, 1 << 20)))
      case .animation:
        let frames = try window.integer(UInt32.self, at: start, isBigEndian: true)
        frameCount = frames.map { max(1, Int($0)) } ?? 1
      case .exif, .text, .compressedText, .internationalText:
        guard kept.count + length <= limits.pngChunkBytes else { break }
        let data = try window.prefix(at: start, count: length)
        places.append((type, kept.count..<(kept.count + data.count)))
        kept += data
      default: break
      }
      if type == .end { break }
      position = start + length + 4
      count += 1
    }
    orientation = kept.withUnsafeBytes { bytes in
      var metadata = PNGMetadata()
      for place in places {
        metadata.note(place.type, UnsafeRawBufferPointer(rebasing: bytes[place.data]))
      }
      return metadata.orientation(textLimit: limits.pngTextBytes) ?? .upright
    }
  }

  /// A keyword, a zero, the method of compression, and the profile.
  private static func profileName(_ data: [UInt8]) -> String {
    guard let end = data.firstIndex(of: 0), end + 2 <= data.count else {
      return ICCProfile.name(in: [])
    }
    let profile = data[(end + 2)...].withUnsafeBytes { Zlib.inflate($0, limit: 1 << 22) }
    return ICCProfile.name(in: profile ?? [])
  }
}
