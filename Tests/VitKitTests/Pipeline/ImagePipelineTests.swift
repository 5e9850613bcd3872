import Testing
import VitModel
import VitSystem
import VitTensor
import VitTestSupport

@testable import VitKit

@Suite(.serialized) struct ImagePipelineTests {
  typealias Broken = NumberedImages.Broken

  /// - Parameter budget: bytes.
  private func run(
    _ images: NumberedImages, threads: Int, batch: Int, budget: Int = 1 << 30,
    together: Bool = false
  ) throws -> NumberedImages.Seen {
    try SharedPool.exclusively {
      let before = ThreadPool.shared.threadCount
      defer { ThreadPool.shared.setThreadCount(before) }
      ThreadPool.shared.setThreadCount(threads)
      try ImagePipeline(
        images, batchSize: batch, budget: MemoryBudget(bytes: budget), encodesTogether: together
      ).run()
      return images.seen.withLock { $0 }
    }
  }

  @Test(arguments: [1, 2, 3, 4], [1, 3, 8])
  func resultsComeInTheOrderOfTheInputs(threads: Int, batch: Int) throws {
    for count in [0, 1, 2, 7, 300] {
      let seen = try run(NumberedImages(count), threads: threads, batch: batch)
      #expect(seen.reported == Array(0..<count))
      #expect(seen.failed.isEmpty)
      #expect(seen.threads.count <= threads)
      #expect(count == 0 ? seen.flushes == 0 : (1...count).contains(seen.flushes))
    }
  }

  @Test func allThreadsWorkAndNoBatchIsLarger() throws {
    let seen = try run(NumberedImages(400), threads: 4, batch: 8)
    #expect(seen.largestBatch == 8)
    #expect(seen.threads.count > 1)
    let together = try run(NumberedImages(40), threads: 4, batch: 8, together: true)
    #expect(together.largestBatch == 8)
  }

  /// A pipe that gives a few at a time: each is answered before more is waited for.
  @Test(arguments: [1, 3, 9]) func whatIsThereIsDoneBeforeItWaits(available: Int) throws {
    let seen = try run(NumberedImages(50, available: available), threads: 2, batch: 4)
    #expect(seen.reported == Array(0..<50))
  }

  @Test func memoryStaysWithinTheBudget() throws {
    for threads in [2, 4] {
      let images = try NumberedImages(300)
      let budget = images.memory.max()! * 4 / 3
      let seen = try run(images, threads: threads, batch: 8, budget: budget)
      #expect(seen.reported.count == 300)
      #expect(seen.failed.isEmpty)
      #expect(seen.mostHeld <= budget)
    }
  }

  @Test(arguments: [false, true]) func theWholeBudgetIsEnough(together: Bool) throws {
    let images = try NumberedImages(100, width: { $0 % 10 == 3 ? 190 : 40 })
    let seen = try run(
      images, threads: 4, batch: 4, budget: images.memory[3], together: together)
    #expect(seen.reported == Array(0..<100))
    #expect(seen.failed.isEmpty)
    #expect(seen.mostHeld == images.memory.max())
  }

  /// What preprocessing takes counts, too: the wide one needs it most.
  @Test(arguments: [false, true]) func anImageThatNeedsMoreThanTheBudgetFails(
    together: Bool
  ) throws {
    let images = try NumberedImages(30, width: { $0 == 7 ? 190 : 40 })
    #expect(images.memory[7] > 1 << 20)
    let budget = images.memory[7] - 1
    let seen = try run(images, threads: 2, batch: 4, budget: budget, together: together)
    #expect(seen.reported == Array(0..<30))
    #expect(Array(seen.failed.keys) == [7])
    #expect(
      seen.failed[7].map { "\($0)" }
        == "image 7: takes \(images.memory[7]) bytes of memory, more than the budget of "
        + "\(budget) bytes; raise the budget, or make the image smaller")
  }

  /// Whichever stage refuses an image, those of its batch are done.
  @Test(arguments: [1, 2, 4], [false, true])
  func whatFailsFailsAlone(threads: Int, together: Bool) throws {
    let failures = NumberedImages.Failures(
      opening: [3], preprocessing: [0, 41], encoding: [20, 21, 99])
    let images = try NumberedImages(100, failures: failures)
    let seen = try run(images, threads: threads, batch: 4, together: together)
    #expect(seen.reported == Array(0..<100))
    #expect(seen.failed.keys.sorted() == [0, 3, 20, 21, 41, 99])
    for number in [0, 3, 41] { #expect(seen.failed[number] is Broken) }
    for number in [20, 21, 99] { #expect(seen.failed[number] is ModelError) }
  }

  @Test(arguments: [1, 2, 4]) func aFailureToReportEndsIt(threads: Int) throws {
    let images = try NumberedImages(500, failures: .init(reporting: 100))
    #expect(throws: Broken.self) { try run(images, threads: threads, batch: 4) }
    #expect(images.seen.withLock { $0.reported } == Array(0..<100))
  }

  /// What is no fault of an image is not told of each.
  @Test(arguments: [1, 2, 4]) func anotherErrorOfEncodingEndsIt(threads: Int) throws {
    let images = try NumberedImages(500, failures: .init(encodingForGood: 100))
    #expect(throws: Broken.self) { try run(images, threads: threads, batch: 4) }
    let reported = images.seen.withLock { $0.reported }
    #expect(reported == Array(0..<reported.count) && reported.count <= 100)
  }

  /// What is done when it is cancelled is a beginning of the inputs without gaps.
  @Test(arguments: [1, 2, 4]) func cancellingKeepsWhatIsDone(threads: Int) throws {
    let images = try NumberedImages(5000, cancelsAt: 20)
    let reported = try run(images, threads: threads, batch: 8).reported
    #expect(reported == Array(0..<reported.count))
    #expect(reported.count > 20 && reported.count < 1000)
  }
}
