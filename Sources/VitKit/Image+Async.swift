import VitImage

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Image {
  /// Decodes an image file in memory, on a thread of the library's own: what a server calls for
  /// a request's body.
  ///
  /// - Parameters:
  ///   - data: the file's content.
  ///   - name: how errors call the image.
  ///   - options: how it is decoded.
  /// - Throws: `InputError`; `CancellationError` where the task was cancelled before its turn.
  public static func decoded(
    _ data: Data, name: String, options: DecodeOptions = DecodeOptions()
  ) async throws -> Image {
    try await WorkQueue.shared.run { try Image(data: data, name: name, options: options) }
  }
}
