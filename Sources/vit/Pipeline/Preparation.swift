import VitImage
import VitKit
import VitTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why an input could not be done, without its name.
struct InputFailure: Error {
  let reason: String
}

/// An image on its way to the model.
struct Prepared<Value: Sendable>: Sendable {
  var result: Result<Value, InputFailure>
  var warnings: [String] = []
  var decode = Duration.zero
  var preprocess = Duration.zero
}

/// Decodes inputs and turns each into what `transform` makes of it, on all threads.
struct Preparation<Value: Sendable>: Sendable {
  let options: DecodeOptions
  let transform: @Sendable (Image) throws -> Value

  /// Results in the order of the inputs. An input that is reached after an interrupt is left out
  /// from there on.
  func prepare(_ inputs: [Input]) -> [Prepared<Value>] {
    let slots = Slots<Prepared<Value>>(count: inputs.count)
    // Alone, an image has the threads for its own rows.
    if inputs.count == 1 {
      slots.values[0] = prepare(inputs[0])
    } else {
      ThreadPool.shared.run(count: inputs.count) { index in
        if !Interrupt.isRequested { slots.values[index] = prepare(inputs[index]) }
      }
    }
    return Array(slots.values.prefix { $0 != nil }.map { $0! })
  }

  private func prepare(_ input: Input) -> Prepared<Value> {
    var prepared = Prepared<Value>(result: .failure(InputFailure(reason: "")))
    do {
      let decoded = try StageTimes.measure(&prepared.decode) { try decode(input) }
      prepared.warnings = decoded.warnings
      let value = try StageTimes.measure(&prepared.preprocess) { try transform(decoded.image) }
      prepared.result = .success(value)
    } catch let failure as InputFailure {
      prepared.result = .failure(failure)
    } catch {
      prepared.result = .failure(
        InputFailure(reason: Console.reason(of: error, name: input.name)))
    }
    return prepared
  }

  private func decode(_ input: Input) throws -> DecodedImage {
    switch input.source {
    case .failed(let reason): throw InputFailure(reason: reason)
    case .file: return try Image.decode(contentsOf: input.name, options: options)
    case .standardInput:
      let bytes = try Self.readStandardInput(limit: options.limits.bytes)
      return try bytes.withUnsafeBytes {
        try Image.decode($0, name: input.name, options: options)
      }
    }
  }

  private static func readStandardInput(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard Interrupt.waitForInput(0) else { throw InputFailure(reason: "interrupted") }
      let count = read(0, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw InputFailure(reason: "cannot be read (\(systemError())); feed it an image's bytes")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw InputFailure(reason: "more than the \(limit) bytes allowed; raise --max-bytes")
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}

/// One place a task to put its result.
///
/// `@unchecked Sendable`: the tasks of one `ThreadPool.run` each write their own element, and the
/// pool returns only when all are done.
private final class Slots<Value>: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Value?>

  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: nil)
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }
}
