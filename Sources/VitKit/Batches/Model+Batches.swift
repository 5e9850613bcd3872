import VitImage
import VitModel
import VitSystem
import VitTensor

extension Model {
  // MARK: - Streams

  /// The vectors of any number of images, `info.embeddingSize` numbers each, in the order of the
  /// sources, while they are computed.
  ///
  /// ```swift
  /// let photos = paths.map { ImageSource.file($0) }
  /// for try await photo in model.embeddings(of: photos) {
  ///   if case .success(let vector) = photo.result { print(photo.name, vector[0]) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - sources: files, archives, bytes and images; taken from as the work goes on.
  ///   - normalized: to length 1.
  ///   - options: batches, threads, memory, decoding and progress.
  public func embeddings(
    of sources: some Sequence<ImageSource> & Sendable, normalized: Bool = true,
    options: BatchOptions = BatchOptions()
  ) -> ImageResults<[Float]> {
    results(of: sources, options: options) {
      guard info.image != nil else { throw missingImageTower }
    } encoder: { [self] in
      try embeddings(pixels: $0, normalized: normalized)
    }
  }

  /// The classes of any number of images, best first, in the order of the sources, while they are
  /// computed.
  ///
  /// - Parameters:
  ///   - sources: files, archives, bytes and images; taken from as the work goes on.
  ///   - top: classes of an image, at most.
  ///   - classifier: labels of your own; nil for the classes of the model's head.
  ///   - options: batches, threads, memory, decoding and progress.
  public func classifications(
    of sources: some Sequence<ImageSource> & Sendable, by classifier: ZeroShotClassifier? = nil,
    top: Int = 5, options: BatchOptions = BatchOptions()
  ) -> ImageResults<[Classification]> {
    results(of: sources, options: options) {
      guard info.image != nil else { throw missingImageTower }
      if classifier == nil { _ = try logits(pixels: []) }
      try RequestError.require(top: top)
    } encoder: { [self] pixels in
      if let classifier {
        return try embeddings(pixels: pixels, normalized: true).map {
          try classifier.classify($0, top: top)
        }
      }
      return try logits(pixels: pixels).map { rank($0, top: top) }
    }
  }

  // MARK: - Arrays

  /// `[image][info.embeddingSize]`, the vectors of images in memory.
  ///
  /// - Throws: as `embed(_:normalized:)`.
  public func embed(
    images: [Image], normalized: Bool = true, options: BatchOptions = BatchOptions()
  ) throws -> [[Float]] {
    try embeddings(of: Self.sources(images), normalized: normalized, options: options).values()
  }

  /// The classes of each of several images in memory, best first.
  ///
  /// - Throws: as `classify(_:top:)`.
  public func classify(
    images: [Image], top: Int = 5, options: BatchOptions = BatchOptions()
  ) throws -> [[Classification]] {
    try classifications(of: Self.sources(images), top: top, options: options).values()
  }

  static func sources(_ images: [Image]) -> [ImageSource] {
    images.enumerated().map { .image($1, name: "image \($0)") }
  }

  // MARK: - The work

  /// - Parameter check: throws where the model cannot do it for any image.
  private func results<Value: Sendable>(
    of sources: some Sequence<ImageSource> & Sendable, options: BatchOptions,
    check: () throws -> Void, encoder: @escaping @Sendable ([PixelTensor]) throws -> [Value]
  ) -> ImageResults<Value> {
    var refusal: (any Error)?
    do {
      try options.check()
      try check()
    } catch { refusal = publicError(error) }
    let cause = refusal
    return ImageResults { [self] in
      let threads = min(options.threads ?? .max, ThreadPool.shared.threadCount)
      let channel = ResultChannel<ImageResult<Value>>(
        capacity: cause == nil ? 4 * threads * options.batchSize : 1)
      if let cause {
        channel.finish(cause)
        return channel
      }
      let stages = ModelStages(
        self, sources, total: Self.total(of: sources), options: options, channel: channel,
        encoder: encoder)
      DetachedThread.run {
        do {
          try ImagePipeline(
            stages, decoding: options.decoding, batchSize: options.batchSize,
            budget: MemoryBudget(
              bytes: options.memory ?? MemoryBudget.defaultBytes(modelBytes: info.weightBytes)),
            threads: options.threads
          ).run()
          channel.finish(nil)
        } catch {
          channel.finish(publicError(error))
        }
      }
      return channel
    }
  }

  /// The number of images; nil where only going through the sources would tell.
  private static func total(of sources: some Sequence<ImageSource>) -> Int? {
    guard let sources = sources as? [ImageSource] else { return nil }
    let hasArchive = sources.contains { source in
      if case .archive = source.kind { true } else { false }
    }
    return hasArchive ? nil : sources.count
  }
}
