import VitImage
import VitModel

/// The stages of one image, with what fails kept to the image that failed.
extension ImagePipeline {
  /// An input that was looked at but not decoded yet.
  struct Opened {
    let image: Result<CompressedImage, any Error>
    /// Bytes that decoding and preprocessing take; at most the budget's, and 0 for one that failed.
    let memory: Int
  }

  func open(_ input: Stages.Input) -> Opened {
    do {
      let image = try stages.open(input)
      let memory = try image.memory(
        decoding, preprocessing: stages.preprocessingMemory(width:height:))
      guard memory <= budget.bytes else {
        throw ImagePipelineError.exceedsBudget(
          name: image.name, needed: memory, budget: budget.bytes)
      }
      return Opened(image: .success(image), memory: memory)
    } catch {
      return Opened(image: .failure(error), memory: 0)
    }
  }

  /// Decodes and preprocesses.
  func preprocess(_ opened: Opened) -> ImageOutcome<Stages.Preprocessed> {
    var warnings: [String] = []
    var (decodeTime, preprocessTime) = (Duration.zero, Duration.zero)
    let result = Result {
      let image = try opened.image.get()
      let decoded = try decodeTime.measure { try image.decode(decoding) }
      warnings = decoded.warnings
      return try preprocessTime.measure { try stages.preprocess(decoded.image) }
    }
    return ImageOutcome(
      result: result, warnings: warnings, decodeTime: decodeTime, preprocessTime: preprocessTime)
  }

  /// Bytes that an image takes while it waits for its batch.
  func memory(of image: ImageOutcome<Stages.Preprocessed>) -> Int {
    switch image.result {
    case .success(let preprocessed): stages.byteCount(of: preprocessed)
    case .failure: 0
    }
  }

  /// Encodes those that did not fail, in one batch.
  ///
  /// - Throws: what ends the work.
  func encode(
    _ images: [ImageOutcome<Stages.Preprocessed>]
  ) throws -> [ImageOutcome<Stages.Output>] {
    let batch = images.compactMap { try? $0.result.get() }
    var time = Duration.zero
    var outputs = try time.measure { try encodeBatch(batch) }.makeIterator()
    return images.map { image in
      switch image.result {
      case .success: image.next(outputs.next()!, encodeTime: time / batch.count)
      case .failure(let error): image.next(.failure(error), encodeTime: .zero)
      }
    }
  }

  /// A result for each. Where a batch fails each image is tried alone, so that only the one that
  /// does not fit the model fails.
  private func encodeBatch(
    _ batch: [Stages.Preprocessed]
  ) throws -> [Result<Stages.Output, any Error>] {
    if batch.isEmpty { return [] }
    do {
      let outputs = try stages.encode(batch)
      precondition(outputs.count == batch.count, "encode returns an output for each image")
      return outputs.map { .success($0) }
    } catch let error as ModelError {
      if batch.count == 1 { return [.failure(error)] }
      return try batch.flatMap { try encodeBatch([$0]) }
    }
  }
}
