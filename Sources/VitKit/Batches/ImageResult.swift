import VitSystem

/// What became of one image.
public struct ImageResult<Value: Sendable>: Sendable {
  /// The image's place, from 0, images of archives counted one by one.
  public let index: Int
  /// The source's name.
  public let name: String
  /// The value, or what is wrong with the image; the others were done nevertheless.
  public let result: Result<Value, InputError>
  /// What was wrong with the file though it could be decoded, without the file's name.
  public let warnings: [String]

  /// The value.
  ///
  /// - Throws: `InputError`, where the image failed.
  public func get() throws(InputError) -> Value { try result.get() }
}
