/// How far a download is.
public struct HubProgress: Sendable, Equatable {
  /// The file that comes now.
  public var file: String
  public var fileBytes: Int
  /// Bytes of all files that are there, those of earlier downloads included.
  public var bytes: Int
  /// Bytes of all files that are known to be needed; of sharded weights the shards count once their
  /// index is there.
  public var totalBytes: Int
}
