import VitImage
import VitSystem

/// How many images are gone through. A number out of range is a `RequestError.invalidArgument` of what
/// the options are given to; of a stream it is thrown by the first result that is asked for.
public struct BatchOptions: Sendable {
  /// Images that go through the model at once, on each thread, 1 to 4,096. It changes the speed, never a
  /// result.
  public var batchSize: Int
  /// The most threads that work, 1 to 1,024; nil for all of the process's (`LoadOptions.threads`).
  public var threads: Int?
  /// Bytes that the images in flight may take; one that needs more fails. Nil for 2 GiB, or half of what
  /// the machine, a control group or `ulimit -v` leaves beside the model, where that is less.
  public var memory: Int?
  /// How images are decoded.
  public var decoding: DecodeOptions
  /// Called after each image, in the order of the inputs, by one thread at a time; it must not wait for
  /// long.
  public var progress: (@Sendable (BatchProgress) -> Void)?

  public init(
    batchSize: Int = 8, threads: Int? = nil, memory: Int? = nil,
    decoding: DecodeOptions = DecodeOptions(),
    progress: (@Sendable (BatchProgress) -> Void)? = nil
  ) {
    self.batchSize = batchSize
    self.threads = threads
    self.memory = memory
    self.decoding = decoding
    self.progress = progress
  }
}

extension BatchOptions {
  func check() throws {
    try RequestError.require("batchSize", batchSize, in: 1...4096)
    try RequestError.require("threads", threads, in: LoadOptions.threadRange)
    try RequestError.require("memory", memory, in: 1...(.max))
  }
}

/// How far a batch has come.
public struct BatchProgress: Sendable, Equatable {
  /// Inputs that are done, those that failed included.
  public let done: Int
  public let failed: Int
  /// Nil where it is not known, as with archives.
  public let total: Int?
}
