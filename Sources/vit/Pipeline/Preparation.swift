import VitImage
import VitKit

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

/// An input that was looked at but not decoded yet.
struct Opened: Sendable {
  let name: String
  let image: Result<EncodedImage, InputFailure>
  /// Bytes of memory that decoding takes.
  var need = 0
}

/// An image on its way to the model.
struct Prepared<Value: Sendable>: Sendable {
  var result: Result<Value, InputFailure>
  var warnings: [String] = []
  var decode = Duration.zero
  var preprocess = Duration.zero

  /// Bytes that wait for the model.
  var kept: Int {
    (try? result.get() as? PixelTensor).map { $0.values.count * MemoryLayout<Float>.size } ?? 0
  }
}

/// Decodes inputs and turns each into what `transform` makes of it, within a budget of memory.
struct Preparation<Value: Sendable>: Sendable {
  let options: DecodeOptions
  let budget: MemoryBudget
  let transform: @Sendable (Image) throws -> Value

  init(
    _ flags: DecodeFlags, _ memory: MemoryOptions, for info: ModelInfo,
    transform: @escaping @Sendable (Image) throws -> Value
  ) throws {
    options = try flags.decodeOptions(resize: info.image?.preprocessing.resize)
    budget = try memory.budget()
    self.transform = transform
  }

  func open(_ input: Input) -> Opened {
    let image = attempt(input.name) {
      switch input.source {
      case .failed(let reason): throw InputFailure(reason: reason)
      case .file: return try EncodedImage(contentsOf: input.name)
      case .member(let path, let offset, let size):
        return try EncodedImage(partOf: path, offset: offset, count: size, name: input.name)
      case .archive: preconditionFailure("an archive's images take its place")
      case .standardInput:
        return EncodedImage(
          bytes: try Self.readStandardInput(limit: options.limits.bytes), name: input.name)
      }
    }
    let need = image.flatMap { image in
      attempt(input.name) { try image.decodingMemory(options) }
    }
    switch need {
    case .failure(let failure): return Opened(name: input.name, image: .failure(failure))
    case .success(let need) where need > budget.mostForOne:
      let reason =
        "decoding takes \(Memory.text(need)), more than twice the budget of "
        + "\(Memory.text(budget.bytes)); raise --memory, or make the image smaller"
      return Opened(name: input.name, image: .failure(InputFailure(reason: reason)))
    case .success(let need): return Opened(name: input.name, image: image, need: need)
    }
  }

  func prepare(_ opened: Opened) -> Prepared<Value> {
    var prepared = Prepared<Value>(result: .failure(InputFailure(reason: "")))
    prepared.result = opened.image.flatMap { image in
      attempt(opened.name) {
        let decoded = try StageTimes.measure(&prepared.decode) { try image.decode(options) }
        prepared.warnings = decoded.warnings
        return try StageTimes.measure(&prepared.preprocess) { try transform(decoded.image) }
      }
    }
    return prepared
  }

  private func attempt<Result>(
    _ name: String, _ body: () throws -> Result
  ) -> Swift.Result<Result, InputFailure> {
    do {
      return .success(try body())
    } catch let failure as InputFailure {
      return .failure(failure)
    } catch {
      return .failure(InputFailure(reason: Console.reason(of: error, name: name)))
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
        throw InputFailure(
          reason: "cannot be read (\(SystemError().reason)); feed it an image's bytes")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw InputFailure(reason: "more than the \(limit) bytes allowed; raise --max-bytes")
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
