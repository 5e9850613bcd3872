import Foundation
import Testing
import VitTensor

@testable import VitKit

@Suite(.serialized) struct ImagePipelineTests {
  private struct Broken: Error {}

  /// Runs numbers through a pipeline whose steps take uneven times.
  ///
  /// - Parameter available: how many inputs are there at a time without waiting.
  private func run(
    _ count: Int, threads: Int, batch: Int, budget: Int = 1000, available: Int = .max,
    together: Bool = false, need: @escaping (Int) -> Int = { $0 % 90 },
    fails: Int? = nil, cancelsAt: Int? = nil
  ) throws -> (emitted: [Int], mostHeld: Int, largestBatch: Int, threads: Int) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    ThreadPool.shared.setThreadCount(threads)
    let memory = MemoryBudget(bytes: budget)
    let cancelled = Monitor(false)
    let seen = Monitor((held: 0, most: 0, batch: 0, threads: Set<UInt>()))
    var next = 0
    var handedSinceWait = 0
    var emitted: [Int] = []
    var pipeline = ImagePipeline(
      batchSize: batch, budget: memory, isCancelled: { cancelled.withLock { $0 } })
    pipeline.encodesTogether = together
    try pipeline.run(
      ImagePipeline.Steps<Int, Int, Int, Int>(
        next: { wanted, waits in
          if waits { handedSinceWait = 0 }
          let end = min(count, next + min(wanted, available - handedSinceWait))
          defer { (handedSinceWait, next) = (handedSinceWait + end - next, end) }
          return Array(next..<end)
        },
        open: { $0 }, need: need,
        prepare: { number in
          seen.withLock { seen in
            seen.held += need(number)
            seen.most = max(seen.most, seen.held)
            seen.threads.insert(UInt(bitPattern: pthread_self().hashValue))
          }
          usleep(UInt32((number * 7919) % 13 * 50))
          seen.withLock { $0.held -= need(number) }
          return number
        },
        kept: { min(5, $0) },
        encode: { numbers in
          seen.withLock { $0.batch = max($0.batch, numbers.count) }
          return numbers.map { $0 * 10 }
        },
        emit: { number, result in
          #expect(result == number * 10)
          if number == fails { throw Broken() }
          emitted.append(number)
          if number == cancelsAt { cancelled.withLock { $0 = true } }
        },
        flush: {}))
    return seen.withLock { (emitted, $0.most, $0.batch, $0.threads.count) }
  }

  @Test(arguments: [1, 2, 3, 4], [1, 3, 8])
  func resultsComeInTheOrderOfTheInputs(threads: Int, batch: Int) throws {
    for count in [0, 1, 2, 7, 300] {
      let outcome = try run(count, threads: threads, batch: batch)
      #expect(outcome.emitted == Array(0..<count))
      #expect(outcome.threads <= threads)
    }
  }

  @Test func allThreadsWorkAndNoBatchIsLarger() throws {
    let outcome = try run(400, threads: 4, batch: 8)
    #expect(outcome.largestBatch == 8)
    #expect(outcome.threads > 1)
    #expect(try run(40, threads: 4, batch: 8, together: true).largestBatch == 8)
  }

  /// A pipe that gives a few at a time: each is answered before more is waited for.
  @Test(arguments: [1, 3, 9]) func whatIsThereIsDoneBeforeItWaits(available: Int) throws {
    let outcome = try run(50, threads: 2, batch: 4, available: available)
    #expect(outcome.emitted == Array(0..<50))
  }

  @Test func memoryStaysWithinTheBudget() throws {
    for threads in [2, 4] {
      let outcome = try run(300, threads: threads, batch: 8, budget: 120)
      #expect(outcome.emitted.count == 300)
      #expect(outcome.mostHeld <= 120)
    }
  }

  @Test func anImageThatNeedsMoreRunsAlone() throws {
    let outcome = try run(
      100, threads: 4, batch: 4, budget: 100, need: { $0 % 10 == 3 ? 190 : 40 })
    #expect(outcome.emitted == Array(0..<100))
    #expect(outcome.mostHeld == 190)
  }

  @Test(arguments: [1, 2, 4]) func aFailureEndsIt(threads: Int) throws {
    #expect(throws: Broken.self) { try run(500, threads: threads, batch: 4, fails: 100) }
  }

  /// What is done when it is cancelled is a beginning of the inputs without gaps.
  @Test(arguments: [1, 2, 4]) func cancellingKeepsWhatIsDone(threads: Int) throws {
    let emitted = try run(5000, threads: threads, batch: 8, cancelsAt: 20).emitted
    #expect(emitted == Array(0..<emitted.count))
    #expect(emitted.count > 20 && emitted.count < 1000)
  }
}
