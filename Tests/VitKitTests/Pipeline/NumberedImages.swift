import Foundation
import VitImage
import VitModel
import VitSystem

@testable import VitKit

/// Stages that take images which carry their number in their pixels, each of a width of its own, and
/// see what the pipeline does with them.
final class NumberedImages: ImagePipelineStages {
  /// What a stage throws for a test.
  struct Broken: Error {}

  /// Where something goes wrong; by number.
  struct Failures {
    var opening: Set<Int> = []
    var preprocessing: Set<Int> = []
    /// A batch with one of them is refused, as by a model that an image does not fit.
    var encoding: Set<Int> = []
    /// A batch with it ends the work.
    var encodingForGood: Int?
    var reporting: Int?
  }

  struct Seen {
    var next = 0
    var takenSinceWait = 0
    var isCancelled = false
    var reported: [Int] = []
    var failed: [Int: any Error] = [:]
    var flushes = 0
    /// Bytes that the images take which are preprocessed at the same time.
    var held = 0
    var mostHeld = 0
    var largestBatch = 0
    var threads: Set<Int> = []
  }

  let count: Int
  let available: Int
  let failures: Failures
  let cancelsAt: Int?
  private let files: [[UInt8]]
  /// Bytes that an image takes, by number.
  let memory: [Int]
  let seen = Monitor(Seen())

  /// - Parameters:
  ///   - width: of an image, by number.
  ///   - available: how many inputs are there at a time without waiting.
  ///   - cancelsAt: the number whose report is the last before the work is cancelled.
  init(
    _ count: Int, width: (Int) -> Int = { 1 + $0 % 90 }, available: Int = .max,
    failures: Failures = Failures(), cancelsAt: Int? = nil
  ) throws {
    self.count = count
    self.available = available
    self.failures = failures
    self.cancelsAt = cancelsAt
    files = try (0..<count).map { number in
      var pixels = [UInt8](repeating: 0, count: width(number) * 3 * 10)
      (pixels[0], pixels[1]) = (UInt8(number & 255), UInt8(number >> 8))
      return try Image(width: width(number), height: 10, pixels: pixels).pngBytes()
    }
    memory = try files.map {
      try CompressedImage(bytes: $0, name: "image").memory(
        DecodeOptions(), preprocessing: Self.preprocessingMemory(width:height:))
    }
  }

  var isCancelled: Bool { seen.withLock { $0.isCancelled } }

  func nextInputs(atMost wanted: Int, waits: Bool) -> [Int] {
    seen.withLock { seen in
      if waits { seen.takenSinceWait = 0 }
      let end = min(count, seen.next + min(wanted, available - seen.takenSinceWait))
      defer { (seen.takenSinceWait, seen.next) = (seen.takenSinceWait + end - seen.next, end) }
      return Array(seen.next..<end)
    }
  }

  func open(_ number: Int) throws -> CompressedImage {
    if failures.opening.contains(number) { throw Broken() }
    return CompressedImage(bytes: files[number], name: "image \(number)")
  }

  func preprocess(_ image: Image) throws -> Int {
    let number = Int(image.pixels[0]) | Int(image.pixels[1]) << 8
    if failures.preprocessing.contains(number) { throw Broken() }
    seen.withLock { seen in
      seen.held += memory[number]
      seen.mostHeld = max(seen.mostHeld, seen.held)
      seen.threads.insert(pthread_self().hashValue)
    }
    usleep(UInt32((number * 7919) % 13 * 50))
    seen.withLock { $0.held -= memory[number] }
    return number
  }

  /// Beside the pixels; small, so that decoding decides but for the widest.
  static func preprocessingMemory(width: Int, height: Int) -> Int { width > 150 ? 1 << 20 : 8 }

  func preprocessingMemory(width: Int, height: Int) -> Int {
    Self.preprocessingMemory(width: width, height: height)
  }

  func byteCount(of number: Int) -> Int { min(5, memory[number]) }

  func encode(_ batch: [Int]) throws -> [Int] {
    if let last = failures.encodingForGood, batch.contains(last) { throw Broken() }
    if batch.contains(where: failures.encoding.contains) {
      throw ModelError.invalidInput(reason: "does not fit")
    }
    seen.withLock { $0.largestBatch = max($0.largestBatch, batch.count) }
    return batch.map { $0 * 10 }
  }

  func report(_ outcome: ImageOutcome<Int>, of number: Int) throws {
    if number == failures.reporting { throw Broken() }
    seen.withLock { seen in
      seen.reported.append(number)
      switch outcome.result {
      case .success(let output): if output != number * 10 { seen.failed[number] = Broken() }
      case .failure(let error): seen.failed[number] = error
      }
      if number == cancelsAt { seen.isCancelled = true }
    }
  }

  func flush() { seen.withLock { $0.flushes += 1 } }
}
