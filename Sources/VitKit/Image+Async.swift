import VitImage

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Image {
  /// Decodes a JPEG or PNG image in memory, on a thread of the library's own: what a server calls for
  /// a request's body.
  ///
  /// - Parameter name: how errors call the image.
  /// - Throws: `InputError`; `CancellationError` where the task was cancelled before its turn.
  public static func decoded(
    _ data: Data, name: String, options: DecodeOptions = DecodeOptions()
  ) async throws -> Image {
    try await WorkQueue.shared.run { try Image(data: data, name: name, options: options) }
  }
}
