import VitImage
import VitKit
import VitModel

/// Takes images through decoding, preprocessing and the model, and hands on the results in the order
/// of the inputs. One bad input is told and the others go on.
struct ImageRun {
  let options: ModelOptions
  let console: Console
  var times = StageTimes()
  /// Whether images go through the model in the order of the inputs too; for `--trace`.
  var encodesInOrder = false
  private(set) var failures = 0
  private(set) var total = 0

  init(options: ModelOptions, console: Console) {
    self.options = options
    self.console = console
  }

  mutating func load(towers: LoadOptions.Towers) throws -> Model {
    let options = options
    let model = try StageTimes.measure(&times.load) { try options.load(towers: towers) }
    // One answer for the run; not the same one for each image.
    if towers != .text, model.info.image == nil {
      throw CommandFailure(.unusable, "\(model.missingImageTower)")
    }
    return model
  }

  mutating func describe() throws -> DescribedModel {
    let options = options
    let model = try StageTimes.measure(&times.load) { try options.describe(towers: .image) }
    if model.info.image == nil { throw CommandFailure(.unusable, "\(model.missingImageTower)") }
    return model
  }

  /// An image that is through, or failed.
  private struct Done<Encoded> {
    var result: Result<Encoded, InputFailure>
    var warnings: [String]
    /// What it took, each image of a batch its share.
    var times: (decode: Duration, preprocess: Duration, encode: Duration)
  }

  /// - Parameters:
  ///   - encode: one result for each of the images; called from several threads at once, unless
  ///     `encodesInOrder`.
  ///   - emit: called once an input, in order.
  mutating func run<Value: Sendable, Encoded>(
    _ source: InputSource, preparation: Preparation<Value>,
    encode: ([Value]) throws -> [Encoded],
    emit: (Input, Result<Encoded, InputFailure>) throws -> Void,
    flush: () throws -> Void = {}
  ) throws {
    var pipeline = ImagePipeline(
      batchSize: options.batchSize, budget: preparation.budget,
      isCancelled: { Interrupt.isRequested })
    pipeline.encodesTogether = encodesInOrder
    console.beginProgress(total: source.total)
    defer { console.endProgress() }
    try withoutActuallyEscaping(encode) { encode in
      try withoutActuallyEscaping(flush) { flush in
        try withoutActuallyEscaping({
          try emit($0, take($0, $1))
          times.noteResult()
        }) { emit in
          try pipeline.run(
            ImagePipeline.Steps(
              next: { try source.next($0, waits: $1) },
              open: { preparation.open($0) }, need: \.need,
              prepare: { preparation.prepare($0) }, kept: \.kept,
              encode: { try Self.encodeAll($0, encode) }, emit: emit, flush: flush))
        }
      }
    }
  }

  /// Counts and tells what came of an input.
  private mutating func take<Encoded>(
    _ input: Input, _ done: Done<Encoded>
  ) -> Result<Encoded, InputFailure> {
    times.decode += done.times.decode
    times.preprocess += done.times.preprocess
    times.encode += done.times.encode
    total += 1
    console.detail(
      "\(input.name): decode \(Self.milliseconds(done.times.decode)), preprocess "
        + "\(Self.milliseconds(done.times.preprocess)), encode "
        + "\(Self.milliseconds(done.times.encode)) ms")
    for warning in done.warnings {
      console.warning(Console.line(name: input.name, reason: warning))
    }
    if case .failure(let failure) = done.result {
      failures += 1
      console.failure(input.name, failure.reason)
    } else {
      times.images += 1
    }
    console.advanceProgress(by: 1)
    return done.result
  }

  private static func milliseconds(_ time: Duration) -> String {
    decimals(1000 * time.seconds, 1)
  }

  /// One vector a text, in order; texts that are cut to the model's context are told.
  mutating func embed(
    _ texts: [String], model: Model, normalized: Bool, emit: (String, [Float]) throws -> Void
  ) throws {
    for start in stride(from: 0, to: texts.count, by: 64) where !Interrupt.isRequested {
      let chunk = Array(texts[start..<min(start + 64, texts.count)])
      let ids: [[Int32]]
      do {
        ids = try chunk.map { text in
          let encoding = try model.tokenize(text)
          if encoding.truncated {
            console.warning(
              "\(text.prefix(40))…: cut to the \(encoding.ids.count) tokens of the model")
          }
          return encoding.ids
        }
        let vectors = try StageTimes.measure(&times.encode) {
          try model.embed(ids: ids, normalized: normalized)
        }
        for (text, vector) in zip(chunk, vectors) { try emit(text, vector) }
        times.noteResult()
      } catch let error as ModelError {
        throw CommandFailure(.unusable, "\(error)")
      }
      total += chunk.count
    }
  }

  /// Counts what an earlier run did of the same work.
  mutating func add(earlier count: Int, failures: Int) {
    total += count
    self.failures += failures
  }

  /// Ends the command with the status of what was done.
  func finish() throws {
    options.timing.report(times, to: console)
    if Interrupt.isRequested {
      throw CommandFailure(.interrupted, "interrupted after \(total) images")
    }
    if failures > 0 {
      if total > 1 { console.notice("\(failures) of \(total) inputs failed") }
      throw CommandFailure(.inputFailed)
    }
  }

  /// Encodes those that were prepared, in one batch.
  private static func encodeAll<Value, Encoded>(
    _ prepared: [Prepared<Value>], _ encode: ([Value]) throws -> [Encoded]
  ) throws -> [Done<Encoded>] {
    let values = prepared.compactMap { try? $0.result.get() }
    var time = Duration.zero
    var encoded = try StageTimes.measure(&time) { try results(values, encode) }.makeIterator()
    return prepared.map { item in
      let result = item.result.flatMap { _ in encoded.next()! }
      return Done(
        result: result, warnings: item.warnings,
        times: (
          item.decode, item.preprocess,
          (try? item.result.get()) == nil ? .zero : time / values.count
        ))
    }
  }

  /// A result for each; where a batch fails each image is tried alone, so that only the one that
  /// does not fit the model fails.
  private static func results<Value, Encoded>(
    _ values: [Value], _ encode: ([Value]) throws -> [Encoded]
  ) throws -> [Result<Encoded, InputFailure>] {
    if values.isEmpty { return [] }
    do {
      return try encode(values).map { .success($0) }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      if values.count == 1 { return [.failure(InputFailure(reason: "\(error)"))] }
      return try values.flatMap { try results([$0], encode) }
    }
  }
}
