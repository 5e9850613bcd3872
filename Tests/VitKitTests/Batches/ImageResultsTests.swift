import Testing
import VitSystem
import VitTestSupport

@testable import VitKit

@Suite(.serialized) struct ImageResultsTests {
  private let fixture: BatchFixture
  private var model: Model { fixture.model }

  init() throws { fixture = try BatchFixture() }

  @Test(arguments: [1, 8]) func allComeInOrderAndWhatFailsFailsAlone(batchSize: Int) async throws {
    let (sources, names, images) = try fixture.mixture()
    let seen = Monitor([BatchProgress]())
    let options = BatchOptions(
      batchSize: batchSize, progress: { progress in seen.withLock { $0.append(progress) } })
    var found: [ImageResult<[Float]>] = []
    for try await result in model.embeddings(of: sources, options: options) { found.append(result) }
    #expect(found.map(\.name) == names && found.map(\.index) == Array(names.indices))
    for (result, image) in zip(found, images) {
      if let image { #expect(try result.get() == syncEmbed(image)) }
    }
    func problem(_ index: Int) -> InputError? {
      if case .failure(let error) = found[index].result { error } else { nil }
    }
    #expect(problem(2)?.problem == .damaged && problem(2)?.input == names[2])
    #expect(problem(5)?.problem == .missing && problem(5)?.input == names[5])
    #expect(problem(5)?.remedy.isEmpty == false)
    let progress = seen.withLock { $0 }
    #expect(progress.map(\.done) == Array(1...7) && progress.last?.failed == 2)
    #expect(progress.last?.total == nil)
    // The same without `async`, and again.
    var again: [String] = []
    func note(_ result: ImageResult<[Float]>) { again.append(result.name) }
    try model.embeddings(of: sources, options: options).forEach(note)
    #expect(again == names)
  }

  @Test func classesOfAHeadOrOfLabels() async throws {
    let images = (0..<3).map(BatchFixture.image)
    let classifier = try await model.zeroShotClassifier(labels: ["a cat", "a dog", "a cup"])
    var found: [[Classification]] = []
    let sources = images.map { ImageSource.image($0, name: "image") }
    for try await result in model.classifications(of: sources, by: classifier, top: 2) {
      found.append(try result.get())
    }
    for (classes, image) in zip(found, images) {
      let expected = try classifier.classify(try await model.embed(image), top: 2)
      #expect(classes.map(\.label) == expected.map(\.label))
      #expect(classes.map(\.score) == expected.map(\.score))
    }
    // The model has no head: one answer, not one for each image.
    let error = await #expect(throws: RequestError.self) {
      for try await _ in model.classifications(of: sources) {}
    }
    #expect(error?.problem == .missingCapability)
  }

  @Test(arguments: [
    ("batchSize", BatchOptions(batchSize: 0)), ("batchSize", BatchOptions(batchSize: 4097)),
    ("threads", BatchOptions(threads: -1)), ("threads", BatchOptions(threads: 0)),
    ("memory", BatchOptions(memory: 0)), ("memory", BatchOptions(memory: .min)),
  ])
  func optionsOutOfRangeAreRefusedByName(name: String, options: BatchOptions) async throws {
    let error = await #expect(throws: RequestError.self) {
      _ = try await model.embed(images: [BatchFixture.image(0)], options: options)
    }
    #expect(error?.problem == .invalidArgument && error?.reason.hasPrefix(name) == true)
  }

  @Test func aNegativeNumberOfClassesIsRefused() async throws {
    let image = BatchFixture.image(0)
    let classifier = try await model.zeroShotClassifier(labels: ["a cat"])
    let vector = try await model.embed(image)
    let errors = [
      #expect(throws: RequestError.self) { try classifier.classify(vector, top: -1) },
      await #expect(throws: RequestError.self) { try await model.classify(image, top: -1) },
      await #expect(throws: RequestError.self) {
        for try await _ in model.classifications(
          of: [.image(image, name: "image")], by: classifier, top: -1)
        {}
      },
    ]
    for error in errors { #expect(error?.reason == "top is -1") }
    #expect(try classifier.classify(vector, top: 0) == [])
  }

  /// What a model says of itself tells its vectors from those of another.
  @Test func vectorsOfTwoModelsAreNotCompared() async throws {
    let made = try model.madeWith()
    #expect(made["weights_sha256"]?.count == 64 && made["precision"] == "float32")
    #expect(made["preprocessing"] != nil && made["towers"] != nil && made["normalized"] == "true")
    let vector = try await model.embed(BatchFixture.image(0))
    func embeddings(_ changes: [String: String]) throws -> Embeddings {
      try Embeddings(
        names: ["a"], vectors: [vector], madeWith: made.merging(changes) { $1 })
    }
    let own = try embeddings([:])
    // Where it lay and how it was computed does not matter.
    for same in [["model": "other"], ["precision": "int8"], ["kernel_set": "scalar"]] {
      #expect(try own.cosines(with: embeddings(same))[0][0] > 0.999)
    }
    for key in ["weights_sha256", "preprocessing", "towers"] {
      let error = #expect(throws: InputError.self) {
        try own.cosines(with: embeddings([key: "another"]))
      }
      #expect(error?.problem == .mismatched && error?.reason.contains(key) == true)
    }
  }

  @Test func arraysOfImagesAndTexts() async throws {
    let images = (0..<5).map(BatchFixture.image)
    let alone = try images.map { try syncEmbed($0) }
    #expect(try await model.embed(images: images) == alone)
    #expect(try syncEmbed(images) == alone)
    #expect(try await model.embed(images: []) == [])
    let texts = ["a cat", "a dog", "a cat"]
    #expect(try await model.embed(texts: texts) == syncEmbed(texts: texts))
  }

  private func syncEmbed(_ image: Image) throws -> [Float] { try model.embed(image) }
  private func syncEmbed(_ images: [Image]) throws -> [[Float]] { try model.embed(images: images) }
  private func syncEmbed(texts: [String]) throws -> [[Float]] { try model.embed(texts: texts) }

  /// What was handed out stays ahead of the reader by no more than a bounded number.
  @Test func aSlowReaderHoldsTheWorkBack() async throws {
    let taken = Monitor(0)
    let image = BatchFixture.image(0)
    let sources = AnySequence { () -> AnyIterator<ImageSource> in
      AnyIterator {
        taken.withLock { $0 += 1 }
        return ImageSource.image(image, name: "image")
      }
    }
    let endless = UncheckedSources(sources: sources)
    var count = 0
    for try await _ in model.embeddings(
      of: endless, options: BatchOptions(batchSize: 2, threads: 1))
    {
      count += 1
      if count == 20 { break }
    }
    #expect(taken.withLock { $0 } <= 20 + 4 * 2 + 2 + 1)
  }

  @Test func cancellingEndsAnEndlessStream() async throws {
    let image = BatchFixture.image(1)
    let endless = UncheckedSources(
      sources: AnySequence {
        AnyIterator { ImageSource.image(image, name: "image") }
      })
    let started = Monitor(false)
    let model = model
    let task = Task {
      for try await _ in model.embeddings(of: endless) { started.withLock { $0 = true } }
    }
    while !started.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  /// An image that needs more than the budget fails; the others are done.
  @Test func theBudgetOfMemoryIsObeyed() async throws {
    let large = try Image(width: 900, height: 900, pixels: .init(repeating: 9, count: 2_430_000))
    let sources: [ImageSource] = [
      .bytes(try BatchFixture.image(0).pngBytes(), name: "small"),
      .bytes(try large.pngBytes(), name: "large"),
    ]
    var problems: [InputError.Problem?] = []
    for try await result in model.embeddings(of: sources, options: BatchOptions(memory: 400_000)) {
      if case .failure(let error) = result.result {
        problems.append(error.problem)
      } else {
        problems.append(nil)
      }
    }
    #expect(problems == [nil, .tooLarge])
  }

  /// As many calls at once as one likes; tasks of Swift's own run meanwhile.
  @Test func manyCallsAtOnce() async throws {
    let model = model
    let expected = try await model.embed(BatchFixture.image(2))
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<40 { group.addTask { try await model.embed(BatchFixture.image(2)) } }
      for try await vector in group { #expect(vector == expected) }
    }
  }
}

/// `@unchecked Sendable`: its iterators touch only what a lock guards or what never changes.
private struct UncheckedSources: Sequence, @unchecked Sendable {
  let sources: AnySequence<ImageSource>

  func makeIterator() -> AnyIterator<ImageSource> { sources.makeIterator() }
}
