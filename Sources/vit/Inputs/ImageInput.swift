import VitImage
import VitKit
import VitSystem

/// One image to be done, or one that failed before it could be opened.
struct ImageInput {
  enum Source {
    case image(ImageSource)
    case standardInput
  }

  let source: Source

  /// What results and messages call it: a path, `ARCHIVE/MEMBER`, or `-`.
  var name: String {
    switch source {
    case .image(let image): image.name
    case .standardInput: "-"
    }
  }

  init(_ source: ImageSource) { self.source = .image(source) }

  private init(_ source: Source) { self.source = source }

  static let standardInput = ImageInput(.standardInput)

  /// A file, whatever it is called.
  static func file(_ path: String) -> ImageInput {
    ImageInput(ImageSource(name: path, kind: .file))
  }

  /// Not an image, for this reason.
  static func failed(_ name: String, _ reason: String) -> ImageInput {
    ImageInput(.failed(InputError(name, .invalid, reason: reason)))
  }

  /// Finds the image's bytes; those of standard input are read.
  ///
  /// - Parameter limit: the most bytes that are read from standard input.
  /// - Throws: `InputFailure`, `InputError` or `ImageError`.
  func open(limit: Int) throws -> CompressedImage {
    switch source {
    case .image(let image): try image.open()
    case .standardInput:
      CompressedImage(bytes: try StandardInput.readAll(limit: limit), name: name)
    }
  }
}
