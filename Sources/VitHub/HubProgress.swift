/// How far a download is.
public struct HubProgress: Sendable, Equatable {
  /// The file that comes now.
  public var file: String
  public var fileBytes: Int
  /// Bytes of all files that are there, those of earlier downloads included.
  public var bytes: Int
  /// Bytes of all files that are needed, the same from the first call to the last.
  public var totalBytes: Int
}
