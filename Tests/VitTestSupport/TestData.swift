import Foundation

/// Where test files are: those committed in `Tests/Data`, and the larger collection that the
/// environment variable `VITKIT_TEST_DATA` points to.
public enum TestData {
  /// `Tests/Data` of this checkout.
  public static let committed = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Data")

  /// The larger collection, or nil where the variable is unset; a test that needs it is disabled
  /// with `.enabled(if: TestData.collection != nil)`, and `scripts/test` counts those.
  public static let collection: URL? = ProcessInfo.processInfo.environment["VITKIT_TEST_DATA"]
    .flatMap { $0.isEmpty ? nil : URL(filePath: $0) }

  public static func committed(_ path: String) -> URL { committed.appending(path: path) }

  /// A file of the larger collection. Call only in tests enabled by `collection != nil`.
  public static func collection(_ path: String) -> URL {
    guard let collection else { preconditionFailure("VITKIT_TEST_DATA is not set") }
    return collection.appending(path: path)
  }
}
