import VitImage
import VitSystem

/// Where an image, or an archive of images, comes from: an item of what
/// `Model.embeddings(of:options:)` and `Model.classifications(of:options:)` go through.
///
/// ```swift
/// let sources = paths.map { ImageSource.file($0) } + [.bytes(upload, name: "upload 17")]
/// ```
///
/// Nothing is read before it is an item's turn.
public struct ImageSource: Sendable {
  package enum Kind: Sendable {
    case file
    case archive
    /// A member of the archive at `path`.
    case member(path: String, offset: Int, size: Int)
    case bytes([UInt8])
    case image(Image)
    case failed(InputError)
  }

  /// What results and errors call it: the path, `ARCHIVE/MEMBER`, or the name given.
  public let name: String
  package let kind: Kind

  package init(name: String, kind: Kind) { (self.name, self.kind) = (name, kind) }

  /// An image file; what ends in `.tar`, in any case, is an archive.
  public static func file(_ path: String) -> ImageSource {
    ImageSource(name: path, kind: TarArchive.isName(path) ? .archive : .file)
  }

  /// The images of a tar archive, in its order, whatever the archive is called: each member whose name
  /// ends as a JPEG's or PNG's does is one, called `PATH/MEMBER`. Hidden members, and copies that systems
  /// keep for themselves, are passed over.
  public static func archive(_ path: String) -> ImageSource {
    ImageSource(name: path, kind: .archive)
  }

  /// An image file in memory.
  public static func bytes(_ bytes: [UInt8], name: String) -> ImageSource {
    ImageSource(name: name, kind: .bytes(bytes))
  }

  /// An image that is decoded already.
  public static func image(_ image: Image, name: String) -> ImageSource {
    ImageSource(name: name, kind: .image(image))
  }

  /// What cannot be an image, for this reason.
  package static func failed(_ error: InputError) -> ImageSource {
    ImageSource(name: error.input, kind: .failed(error))
  }

  /// The bytes, not decoded yet.
  ///
  /// - Throws: `ImageError`, or the `InputError` of an archive.
  package func open() throws -> CompressedImage {
    switch kind {
    case .file, .archive: try CompressedImage(contentsOf: name)
    case .member(let path, let offset, let size):
      try CompressedImage(partOf: path, offset: offset, count: size, name: name)
    case .bytes(let bytes): CompressedImage(bytes: bytes, name: name)
    case .image(let image): CompressedImage(decoded: image, name: name)
    case .failed(let error): throw error
    }
  }
}
