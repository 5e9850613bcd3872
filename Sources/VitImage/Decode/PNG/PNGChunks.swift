import CCodecs

/// The chunks of a PNG, walked and checked before libpng sees any of it.
///
/// What Pillow refuses is refused: a wrong checksum of any chunk before the image data, a chunk
/// that is cut short. Checksums of image data and of what follows it are not looked at; the data
/// carries its own. libpng is shown only the chunks that pixels depend on, so that no text, colour
/// profile or unknown chunk can cost memory or time.
struct PNGChunks {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// IHDR, PLTE, tRNS, the image data in one run and an end, for `codec_png_create`.
  private(set) var shown: [codec_png_chunk] = []
  private(set) var width: UInt32 = 0
  private(set) var height: UInt32 = 0
  /// Chunks that may hold the orientation.
  private(set) var metadata = PNGMetadata()
  private(set) var warnings: [String] = []

  private let bytes: UnsafeRawBufferPointer
  private let name: String
  private let options: DecodeOptions

  /// - Throws: `ImageError.truncated`, `.corrupt` or `.exceedsLimit`.
  init(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) {
    self.bytes = bytes
    self.name = name
    self.options = options
    try walk()
  }

  private enum Stage { case header, beforeData, data, afterData }

  private mutating func walk() throws(ImageError) {
    var stage = Stage.header
    var position = Self.signature.count
    var count = 0
    while true {
      guard bytes.count - position >= 8 else {
        if stage == .header || stage == .beforeData {
          throw truncated("the file ends before the image data")
        }
        // Whether pixels are missing, the decoder will see; an end chunk is not needed.
        warnings.append("the file ends without an end chunk")
        break
      }
      let length = integer32(at: position)
      let type = ChunkType(bytes: bytes, at: position + 4)
      guard type.isLetters, length <= Int(Int32.max) else {
        if stage == .header || stage == .beforeData {
          throw corrupt("no chunk where one should begin, at byte \(position)")
        }
        warnings.append("no chunk where one should begin, at byte \(position)")
        break
      }
      count += 1
      guard count <= options.limits.pngChunks else {
        throw .exceedsLimit(
          name: name, what: "more chunks than allowed", limit: "\(options.limits.pngChunks) chunks")
      }
      let data = position + 8
      let available = min(length, bytes.count - data)
      let isData = type == .imageData
      guard isData || type == .end || length <= options.limits.pngChunkBytes else {
        throw .exceedsLimit(
          name: name, what: "a chunk \(type) of \(length) bytes",
          limit: "\(options.limits.pngChunkBytes) bytes")
      }

      if stage == .header {
        guard type == .header, length >= 13 else {
          throw corrupt("it does not begin with a header chunk")
        }
      } else if type == .end {
        if stage == .beforeData {
          throw corrupt("there is no image data")
        }
        break
      }
      if isData, stage == .beforeData || stage == .data {
        if stage == .data, available == 0, length > 0, !options.allowsTruncated {
          throw truncated("the file ends within the chunk \(type)")
        }
        stage = .data
        show(type, at: data, length: available)
      } else {
        if stage == .data {
          stage = .afterData
        }
        try check(type, at: data, length: length, available: available, stage: stage)
        if stage == .header {
          try readHeader(at: data)
          stage = .beforeData
        } else if available == length {
          keep(type, at: data, length: length, stage: stage)
        }
      }
      // No overflow: both are at most 2^31 beyond what an Int counts of bytes in memory.
      position = data + length + 4
      if position > bytes.count {
        // Cut within the chunk or its checksum. The decoder will see whether pixels are missing.
        position = bytes.count
      }
    }
    show(.end, at: 0, length: 0)
  }

  /// Checks that a chunk without image data is whole and, before the image data, intact.
  private mutating func check(
    _ type: ChunkType, at data: Int, length: Int, available: Int, stage: Stage
  ) throws(ImageError) {
    if available < length {
      guard stage == .afterData, options.allowsTruncated else {
        throw truncated("the file ends within the chunk \(type)")
      }
      warnings.append("the file ends within the chunk \(type)")
      return
    }
    guard stage != .afterData else { return }
    guard bytes.count - data - length >= 4 else {
      throw truncated("the file ends within the chunk \(type)")
    }
    // The checksum is over type and data.
    let checked = UnsafeRawBufferPointer(rebasing: bytes[(data - 4)..<(data + length)])
    guard Zlib.crc32(checked) == UInt32(integer32(at: data + length)) else {
      guard options.allowsTruncated, type.isAncillary else {
        throw corrupt("wrong checksum in the chunk \(type)")
      }
      warnings.append("wrong checksum in the chunk \(type)")
      return
    }
  }

  private mutating func readHeader(at data: Int) throws(ImageError) {
    width = UInt32(integer32(at: data))
    height = UInt32(integer32(at: data + 4))
    show(.header, at: data, length: 13)
  }

  private mutating func keep(_ type: ChunkType, at data: Int, length: Int, stage: Stage) {
    switch type {
    case .palette, .transparency:
      // The second of a kind is an error or passed over; more of them tell nothing new.
      if stage == .beforeData, shown.count < 8 {
        show(type, at: data, length: length)
      }
    default:
      metadata.note(
        type, UnsafeRawBufferPointer(rebasing: bytes[data..<(data + length)]))
    }
  }

  private mutating func show(_ type: ChunkType, at offset: Int, length: Int) {
    if type == .imageData, let last = shown.indices.last,
      ChunkType(bytes: shown[last].type) == .imageData
    {
      shown[last].count += 1
      return
    }
    shown.append(
      codec_png_chunk(type: type.bytes, length: UInt32(length), count: 1, offset: offset))
  }

  private func integer32(at offset: Int) -> Int {
    Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  private func truncated(_ reason: String) -> ImageError {
    .truncated(name: name, format: .png, reason: reason)
  }

  private func corrupt(_ reason: String) -> ImageError {
    .corrupt(name: name, format: .png, reason: reason)
  }
}
