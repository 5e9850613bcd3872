import VitCheckpoint
import VitImage
import VitModel
import VitTensor

/// A loaded model.
///
/// ```swift
/// let model = try Model.load("path/to/vit-tiny-patch16-224")
/// let photo = try Image(contentsOf: "photo.jpg")
/// for found in try model.classify(photo) { print(found.label, found.probability) }
/// ```
///
/// It is immutable: any number of tasks may use one model at once. A vector's bits depend neither on
/// the batch that an image comes in nor on the number of threads.
public struct Model: Sendable {
  package let described: DescribedModel
  let plan: ModelPlan

  /// Reads a model from a folder, from a weights file with its configuration beside it, or by its
  /// name on the Hugging Face Hub from the local caches.
  ///
  /// - Throws: `InputError` for what is wrong with its files; `RequestError` for a precision that it was
  ///   not converted to, or threads out of range.
  public static func load(
    _ nameOrPath: String, options: LoadOptions = LoadOptions()
  ) throws -> Model {
    try publicly {
      let path = try ModelLocation.find(nameOrPath)
      return try Model(ModelSource(path: path, name: nameOrPath), options: options)
    }
  }

  package init(_ source: ModelSource, options: LoadOptions) throws {
    try options.applyThreads()
    warnOfDebugBuild()
    described = try DescribedModel(source, options: options)
    if let error = described.description.sizeError { throw error }
    try described.info.requireMemory()
    plan = try ModelPlan(described.description)
    // What was packed is not read again; until they are released its pages count as this process's
    // memory.
    try described.description.weights.checkIntact()
    described.description.weights.releasePages()
    log.debug(
      "model loaded",
      metadata: [
        "name": "\(info.name)", "family": "\(info.family)", "weights": "\(info.weightsPath)",
        "precision": "\(info.precision)", "kernels": "\(KernelSet.active)",
        "threads": "\(ThreadPool.shared.threadCount)",
        "converted": "\(info.conversion.map { $0.isInPlace ? "in place" : "packed anew" } ?? "no")",
      ])
  }

  /// The classes of an image, best first.
  ///
  /// - Parameters:
  ///   - image: of any size; it is preprocessed as the model's checkpoint says.
  ///   - top: how many, at most.
  /// - Throws: `RequestError` when the model has no classification head, or its logits are no numbers;
  ///   `.invalidArgument` for a negative `top`.
  public func classify(_ image: Image, top: Int = 5) throws -> [Classification] {
    try publicly {
      try RequestError.require(top: top)
      let logits = try logits(pixels: [pixels(of: image)])
      return rank(logits[0], top: top)
    }
  }

  /// An image as a vector of `info.embeddingSize` numbers: the projected one of a CLIP-style model,
  /// the pooled one before the head of a classifier.
  ///
  /// - Parameters:
  ///   - image: of any size; it is preprocessed as the model's checkpoint says.
  ///   - normalized: to length 1, so that a dot product is the cosine.
  /// - Throws: `RequestError` of the kind `.missingCapability` without an image tower, `.notFinite`
  ///   where the vector holds what is no number.
  public func embed(_ image: Image, normalized: Bool = true) throws -> [Float] {
    try publicly {
      try embeddings(pixels: [pixels(of: image)], normalized: normalized)[0]
    }
  }

  /// The cosine of two images' vectors, -1 to 1.
  ///
  /// - Throws: as `embed(_:normalized:)`.
  public func similarity(_ first: Image, _ second: Image) throws -> Float {
    try publicly {
      let vectors = try embeddings(
        pixels: [pixels(of: first), pixels(of: second)], normalized: true)
      return dotProduct(vectors[0], vectors[1])
    }
  }

  public var info: ModelInfo { described.info }

  /// What tells this model's vectors from those of another: its name and path, its identity
  /// (`weights_sha256`, `preprocessing`, `towers`), precision and kernel set; to be saved with them, as
  /// ``Embeddings/init(names:vectors:madeWith:)`` does.
  ///
  /// Two models are the same when their identities are: vectors of others are refused where they would
  /// be compared. What is not known is not compared.
  ///
  /// Reads all weights, for their hash: some 2 seconds a gigabyte, on each call.
  ///
  /// - Parameter normalized: whether the vectors have length 1.
  /// - Throws: `InputError.damaged` where converted weights have changed since.
  public func madeWith(normalized: Bool = true) throws -> [String: String] {
    try publicly {
      let provenance = try VectorProvenance(
        model: self, producer: "VitKit", normalized: normalized)
      return Dictionary(provenance.ordered, uniquingKeysWith: { $1 })
    }
  }

  /// `[3, height, width]`, the pixels that the model sees: resized, cropped and normalised as its
  /// checkpoint says.
  ///
  /// - Throws: `RequestError` without an image tower, or where the result would not have the model's size
  ///   and positions are not interpolated; `InputError` of the kind `.tooLarge` for an image so long
  ///   that resizing it would exceed the limits.
  public func preprocess(_ image: Image) throws -> PixelTensor {
    try publicly { try pixels(of: image) }
  }

  /// As `preprocess(_:)`, with the errors of the layers below.
  private func pixels(of image: Image) throws -> PixelTensor {
    try described.description.checkSize(of: image)
    return try described.preprocess(image)
  }

  package var missingImageTower: ModelError { described.missingImageTower }

  /// As `DescribedModel.weightsHash`.
  package func weightsHash() throws -> String { try described.weightsHash() }

  // MARK: - Batches

  /// The `top` best classes, best first, of one image's logits, `[classCount]`.
  ///
  /// - Parameter multiLabel: each class for itself, also where the model was trained to tell one of
  ///   all.
  package func rank(
    _ logits: [Float], top: Int, multiLabel: Bool = false
  ) -> [Classification] {
    Classification.rank(
      logits, labels: info.labels, top: top,
      as: multiLabel && !givesBareNumbers ? .eachForItself : described.description.classScores)
  }

  /// Whether a classifier's outputs are the answer, without probabilities (a regression).
  package var givesBareNumbers: Bool { described.description.classScores == .regression }

  /// Why the model cannot tell classes though it has a classifier; nil where it can.
  package var classesError: ModelError? { described.description.classesError }

  /// `[image][classCount]`, logits. All images of a batch must have the same size.
  ///
  /// - Throws: `ModelError.missingCapability` without a classification head, `.invalidInput` where sizes
  ///   differ, `.notFinite` where a logit of one of the images is no number.
  package func logits(pixels: [PixelTensor], trace: Trace? = nil) throws -> [[Float]] {
    guard let head = plan.classifier else {
      throw ModelError.missingCapability(
        name: info.name, needed: "classification head",
        remedy: "use `embed`, or a model that was trained to classify")
    }
    if let classesError { throw classesError }
    guard !pixels.isEmpty else { return [] }
    let output = try encode(pixels, trace: trace)
    let logits = head.logits(output)
    logits.withUnsafeBufferPointer {
      trace?.record("logits", shape: [pixels.count, head.classCount], $0.baseAddress!)
    }
    return try rows(logits, size: head.classCount)
  }

  /// `[image][embeddingSize]`. All images of a batch must have the same size.
  ///
  /// - Throws: `ModelError.invalidInput` where sizes differ, `.notFinite` where a vector of one of the
  ///   images holds what is no number.
  package func embeddings(
    pixels: [PixelTensor], normalized: Bool, trace: Trace? = nil
  ) throws -> [[Float]] {
    guard !pixels.isEmpty else { return [] }
    let output = try encode(pixels, trace: trace)
    var vectors = plan.imageProjection?.apply(output.pooled) ?? output.pooled
    vectors.withUnsafeBufferPointer {
      trace?.record("projected", shape: [pixels.count, info.embeddingSize], $0.baseAddress!)
    }
    if normalized {
      vectors.withUnsafeMutableBufferPointer {
        l2Normalize($0.baseAddress!, count: pixels.count, size: info.embeddingSize)
      }
    }
    return try rows(vectors, size: info.embeddingSize)
  }

  /// The named intermediates of one image's way through the model.
  package func trace(_ pixels: PixelTensor) throws -> [Trace.Entry] {
    let trace = Trace()
    do {
      if plan.classifier != nil {
        _ = try logits(pixels: [pixels], trace: trace)
      } else {
        _ = try embeddings(pixels: [pixels], normalized: false, trace: trace)
      }
    } catch ModelError.notFinite {
      // The trace is how one finds where numbers stop being finite.
    }
    return trace.entries
  }

  private func encode(
    _ pixels: [PixelTensor], trace: Trace?
  ) throws -> ImageTowerPlan.Output {
    let (height, width) = (pixels[0].height, pixels[0].width)
    guard pixels.allSatisfy({ $0.height == height && $0.width == width }) else {
      throw ModelError.invalidInput(reason: "the images of a batch differ in size")
    }
    trace?.record("pixels", shape: [3, height, width], pixels[0].values)
    guard let tower = plan.imageTower else { throw missingImageTower }
    return try tower.encode(
      batch: pixels.count, height: height, width: width, trace: trace
    ) { index in pixels[index].values.withUnsafeBufferPointer { $0.baseAddress! } }
  }

  /// Splits `[rows, size]` into rows.
  ///
  /// - Throws: `ModelError.notFinite`: unnoticed, such a vector would spoil a search later.
  func rows(_ values: [Float], size: Int) throws -> [[Float]] {
    // Converted layers and the vectors of tokens are read where they lie.
    try described.description.weights.checkIntact()
    guard values.allSatisfy(\.isFinite) else { throw ModelError.notFinite(name: info.name) }
    return stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
  }
}
