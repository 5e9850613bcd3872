/// What has become of an image so far: after preprocessing `Value` is the model's input, after
/// encoding the model's output.
package struct ImageOutcome<Value: Sendable>: Sendable {
  /// The error is the one that the failing stage threw.
  package internal(set) var result: Result<Value, any Error>
  /// What was wrong with the file though it could be decoded, without the file's name.
  package internal(set) var warnings: [String] = []
  package internal(set) var decodeTime = Duration.zero
  package internal(set) var preprocessTime = Duration.zero
  /// Its share of the time that its batch took.
  package internal(set) var encodeTime = Duration.zero

  /// The same image after its next stage.
  func next<Next>(_ result: Result<Next, any Error>, encodeTime: Duration) -> ImageOutcome<Next> {
    ImageOutcome<Next>(
      result: result, warnings: warnings, decodeTime: decodeTime, preprocessTime: preprocessTime,
      encodeTime: encodeTime)
  }
}
