import VitImage
import VitSystem

// What computes, for `async` callers: the same functions, computed by threads of the library's own, so
// that Swift's cooperative threads, of which there are as many as processors, stay free. Inside an
// `async` function the compiler takes these.

extension Model {
  /// Reads a model as `load(_:options:)` does, on a thread of the library's own.
  public static func load(
    _ nameOrPath: String, options: LoadOptions = LoadOptions()
  ) async throws -> Model {
    try await WorkQueue.shared.run { try Model.load(nameOrPath, options: options) }
  }

  /// The classes of an image, best first; computed on threads of the library's own.
  public func classify(_ image: Image, top: Int = 5) async throws -> [Classification] {
    try await WorkQueue.shared.run { try classify(image, top: top) }
  }

  /// Labels of your own for an image, best first; computed on threads of the library's own.
  public func classify(
    _ image: Image, labels: [String], templates: [String] = ZeroShotClassifier.defaultTemplates
  ) async throws -> [Classification] {
    try await WorkQueue.shared.run { try classify(image, labels: labels, templates: templates) }
  }

  /// The classes of each of several images in memory, best first; the work ends where the task is
  /// cancelled.
  public func classify(
    images: [Image], top: Int = 5, options: BatchOptions = BatchOptions()
  ) async throws -> [[Classification]] {
    try await classifications(of: Self.sources(images), top: top, options: options).values()
  }

  /// An image as a vector; computed on threads of the library's own.
  public func embed(_ image: Image, normalized: Bool = true) async throws -> [Float] {
    try await WorkQueue.shared.run { try embed(image, normalized: normalized) }
  }

  /// The vectors of images in memory; the work ends where the task is cancelled.
  public func embed(
    images: [Image], normalized: Bool = true, options: BatchOptions = BatchOptions()
  ) async throws -> [[Float]] {
    try await embeddings(of: Self.sources(images), normalized: normalized, options: options)
      .values()
  }

  /// A text as a vector; computed on threads of the library's own.
  public func embed(text: String, normalized: Bool = true) async throws -> [Float] {
    try await embed(texts: [text], normalized: normalized)[0]
  }

  /// Texts as vectors; the work ends where the task is cancelled.
  ///
  /// - Parameters:
  ///   - texts: of any length; what the model's context has no room for is cut.
  ///   - normalized: to length 1, so that a dot product is the cosine.
  ///   - progress: called after each 64 texts with the number that are done.
  public func embed(
    texts: [String], normalized: Bool = true, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [[Float]] {
    try await WorkQueue.shared.run { isCancelled in
      try embed(
        texts: texts, normalized: normalized, isCancelled: isCancelled, progress: progress)
    }
  }

  /// A classifier of labels; computed on threads of the library's own.
  public func zeroShotClassifier(
    labels: [String], templates: [String] = ZeroShotClassifier.defaultTemplates
  ) async throws -> ZeroShotClassifier {
    try await WorkQueue.shared.run { try zeroShotClassifier(labels: labels, templates: templates) }
  }

  /// The cosine of two images' vectors; computed on threads of the library's own.
  public func similarity(_ first: Image, _ second: Image) async throws -> Float {
    try await WorkQueue.shared.run { try similarity(first, second) }
  }

  /// The cosine of an image and a text; computed on threads of the library's own.
  public func similarity(_ image: Image, _ text: String) async throws -> Float {
    try await WorkQueue.shared.run { try similarity(image, text) }
  }
}

extension Embeddings {
  /// As `nearest(to:count:threshold:leavesOutSameName:progress:)`, on threads of the library's own; ends
  /// where the task is cancelled.
  public func nearest(
    to queries: Embeddings, count: Int? = nil, threshold: Float? = nil,
    leavesOutSameName: Bool = false, progress: (@Sendable (Double) -> Void)? = nil
  ) async throws -> [[Neighbor]] {
    try await WorkQueue.shared.run { isCancelled in
      try nearest(
        to: queries, count: count, threshold: threshold,
        leavingOut: leavesOutSameName ? .sameName : .nothing, isCancelled: isCancelled,
        progress: progress)
    }
  }

  /// As `nearestOthers(count:threshold:progress:)`, on threads of the library's own; ends where the task
  /// is cancelled.
  public func nearestOthers(
    count: Int? = nil, threshold: Float? = nil, progress: (@Sendable (Double) -> Void)? = nil
  ) async throws -> [[Neighbor]] {
    try await WorkQueue.shared.run { isCancelled in
      try nearest(
        to: self, count: count, threshold: threshold, leavingOut: .sameRow,
        isCancelled: isCancelled, progress: progress)
    }
  }
}
