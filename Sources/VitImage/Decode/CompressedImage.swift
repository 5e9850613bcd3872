import VitSystem

/// An image that is not decoded yet: where its bytes lie, so that what decoding will cost can be
/// told from the first few.
package struct CompressedImage: Sendable {
  /// How errors call it.
  package let name: String
  private let storage: Storage

  private enum Storage: Sendable {
    case file(RegularFile)
    case part(RegularFile, offset: Int, count: Int)
    case memory([UInt8])
    case decoded(Image)
  }

  /// A file of its own.
  package init(contentsOf path: String) throws(ImageError) {
    (name, storage) = (path, .file(try RegularFile(ofImages: path)))
  }

  /// A part of a file, such as a member of an archive.
  ///
  /// - Throws: `ImageError.unreadable`, also where the file has no such part any more.
  package init(
    partOf path: String, offset: Int, count: Int, name: String
  ) throws(ImageError) {
    let file = try RegularFile(ofImages: path)
    guard offset >= 0, count >= 0, offset <= file.size, count <= file.size - offset else {
      throw Self.shrunk(name)
    }
    (self.name, storage) = (name, .part(file, offset: offset, count: count))
  }

  private static func shrunk(_ name: String) -> ImageError {
    .unreadable(
      name: name, reason: "its archive was made shorter while it was read; copy it again")
  }

  package init(bytes: [UInt8], name: String) {
    (self.name, storage) = (name, .memory(bytes))
  }

  /// An image that is decoded already, to go the way of others.
  package init(decoded image: Image, name: String) {
    (self.name, storage) = (name, .decoded(image))
  }

  /// Bytes of the file or member; 0 where nothing is to be read.
  package var byteCount: Int {
    switch storage {
    case .file(let file): file.size
    case .part(_, _, let count): count
    case .memory(let bytes): bytes.count
    case .decoded: 0
    }
  }

  /// Up to `count` bytes from `offset` on; fewer only at the end.
  func read(at offset: Int, count: Int) throws(ImageError) -> [UInt8] {
    guard offset < byteCount else { return [] }
    switch storage {
    case .file(let file): return try file.imageBytes(at: offset, count: count)
    case .part(let file, let start, let size):
      return try file.imageBytes(at: start + offset, count: min(count, size - offset))
    case .memory(let bytes): return Array(bytes[offset..<min(bytes.count, offset + count)])
    case .decoded: return []
    }
  }

  /// All bytes.
  ///
  /// - Throws: `ImageError.unreadable`, `.empty` or `.exceedsLimit`.
  func readAll(limit: Int) throws(ImageError) -> [UInt8] {
    let size = byteCount
    guard size <= limit else {
      throw .exceedsLimit(name: name, what: "\(size) bytes", limit: "\(limit) bytes")
    }
    switch storage {
    case .memory(let bytes): return bytes
    case .decoded: return []
    case .file(let file):
      // One byte more than expected, so that a file that grows is seen.
      let bytes = try file.imageBytes(at: 0, count: size + 1)
      guard bytes.count <= size else {
        throw .unreadable(
          name: name, reason: "grew while it was read; wait until it is written")
      }
      guard !bytes.isEmpty else { throw .empty(name: name) }
      return bytes
    case .part(let file, let offset, _):
      guard size > 0 else { throw .empty(name: name) }
      let bytes = try file.imageBytes(at: offset, count: size)
      guard bytes.count == size else {
        throw Self.shrunk(name)
      }
      return bytes
    }
  }

  /// The upright image, and what was odd about its file.
  ///
  /// - Throws: `ImageError`.
  package func decode(
    _ options: DecodeOptions
  ) throws(ImageError) -> (image: Image, warnings: [String]) {
    if case .decoded(let image) = storage { return (image, []) }
    let decoded = try decodeFile(options)
    return (decoded.image, decoded.warnings)
  }

  /// - Throws: `ImageError`.
  func decodeFile(_ options: DecodeOptions) throws(ImageError) -> DecodedImage {
    let bytes = try readAll(limit: options.limits.bytes)
    return try bytes.withBytes { (bytes) throws(ImageError) in
      try Image.decode(bytes, name: name, options: options)
    }
  }
}
