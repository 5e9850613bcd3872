import VitImage
import VitKit
import VitModel
import VitTensor

/// Takes images through decoding, preprocessing and the model in bounded groups, and hands on the
/// results in the order of the inputs. One bad input is told and the others go on.
struct ImageRun {
  let options: ModelOptions
  let console: Console
  var times = StageTimes()
  private(set) var failures = 0
  private(set) var total = 0

  init(options: ModelOptions, console: Console) {
    self.options = options
    self.console = console
  }

  mutating func load(towers: LoadOptions.Towers) throws -> Model {
    let options = options
    return try StageTimes.measure(&times.load) { try options.load(towers: towers) }
  }

  /// - Parameters:
  ///   - encode: one result for each of the images, which all fit into one batch.
  ///   - emit: called once an input, in order.
  mutating func run<Value: Sendable, Encoded>(
    _ source: inout InputSource, preparation: Preparation<Value>,
    encode: ([Value]) throws -> [Encoded],
    emit: (Input, Result<Encoded, InputFailure>) throws -> Void,
    flush: () throws -> Void = {}
  ) throws {
    // Enough images that no thread waits long for the last of a group.
    let batch = options.batchSize
    let group = (ThreadPool.shared.threadCount * 4 + batch - 1) / batch * batch
    console.beginProgress(total: source.total)
    defer { console.endProgress() }
    while !Interrupt.isRequested {
      let inputs = try source.next(group)
      if inputs.isEmpty { break }
      let prepared = preparation.prepare(inputs)
      for item in prepared {
        times.decode += item.decode
        times.preprocess += item.preprocess
      }
      let results = try encodeAll(prepared, batch: batch, encode: encode)
      for (index, result) in results.enumerated() {
        tell(inputs[index], prepared[index].warnings, result)
        try emit(inputs[index], result)
      }
      total += results.count
      try flush()
      console.advanceProgress(by: results.count)
    }
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
      } catch let error as ModelError {
        throw CommandFailure(.unusable, "\(error)")
      }
      total += chunk.count
    }
  }

  /// Ends the command with the status of what was done.
  func finish() throws {
    if options.timing { times.report(to: console) }
    if Interrupt.isRequested {
      throw CommandFailure(.interrupted, "interrupted after \(total) images")
    }
    if failures > 0 {
      if total > 1 { console.notice("\(failures) of \(total) inputs failed") }
      throw CommandFailure(.inputFailed)
    }
  }

  private mutating func tell<Encoded>(
    _ input: Input, _ warnings: [String], _ result: Result<Encoded, InputFailure>
  ) {
    for warning in warnings { console.warning(Console.line(name: input.name, reason: warning)) }
    if case .failure(let failure) = result {
      failures += 1
      console.failure(input.name, failure.reason)
    }
  }

  private mutating func encodeAll<Value, Encoded>(
    _ prepared: [Prepared<Value>], batch: Int, encode: ([Value]) throws -> [Encoded]
  ) throws -> [Result<Encoded, InputFailure>] {
    var results: [Result<Encoded, InputFailure>?] = prepared.map { item in
      if case .failure(let failure) = item.result { .failure(failure) } else { nil }
    }
    let ready = results.indices.filter { results[$0] == nil }
    for start in stride(from: 0, to: ready.count, by: batch) {
      let indices = ready[start..<min(start + batch, ready.count)]
      let values = try indices.map { try prepared[$0].result.get() }
      do {
        let encoded = try StageTimes.measure(&times.encode) { try encode(values) }
        for (index, value) in zip(indices, encoded) { results[index] = .success(value) }
        times.images += encoded.count
      } catch let failure as CommandFailure {
        throw failure
      } catch {
        for index in indices {
          results[index] = .failure(InputFailure(reason: "\(error)"))
        }
      }
    }
    return results.map { $0! }
  }
}
