import VitImage
import VitSystem

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension ImageSource {
  /// A JPEG, PNG or tar file at a `file:` URL; any other URL fails when it is its turn.
  public static func file(_ url: URL) -> ImageSource {
    do throws(InputError) {
      return .file(try url.filePath())
    } catch {
      return ImageSource(name: error.input, kind: .failed(error))
    }
  }

  /// An image file in memory.
  public static func data(_ data: Data, name: String) -> ImageSource {
    .bytes(Array(data), name: name)
  }
}
