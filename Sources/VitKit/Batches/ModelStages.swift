import VitImage
import VitModel
import VitSystem

/// The stages of `ImageResults`: sources through a model into a channel.
///
/// `@unchecked Sendable`: the walk changes in `nextInputs` alone and the counts in `report` alone, and
/// the pipeline lets one thread at a time into either.
final class ModelStages<Value: Sendable>: ImagePipelineStages, @unchecked Sendable {
  typealias Element = ImageResult<Value>

  private let model: Model
  private let options: BatchOptions
  private let channel: ResultChannel<Element>
  private let encoder: @Sendable ([PixelTensor]) throws -> [Value]
  private var walk: ImageSourceWalk
  private let total: Int?
  private var done = 0
  private var failed = 0

  init(
    _ model: Model, _ sources: some Sequence<ImageSource>, total: Int?, options: BatchOptions,
    channel: ResultChannel<Element>,
    encoder: @escaping @Sendable ([PixelTensor]) throws -> [Value]
  ) {
    self.model = model
    self.options = options
    self.channel = channel
    self.encoder = encoder
    self.total = total
    walk = ImageSourceWalk(sources)
  }

  var isCancelled: Bool { channel.isCancelled }

  func nextInputs(atMost count: Int, waits: Bool) -> [ImageSource] {
    let mayBegin = channel.begin(atMost: count, waits: waits)
    var sources: [ImageSource] = []
    while sources.count < mayBegin, let source = walk.next() { sources.append(source) }
    channel.giveBack(mayBegin - sources.count)
    return sources
  }

  func open(_ source: ImageSource) throws -> CompressedImage { try source.open() }

  func preprocess(_ image: Image) throws -> PixelTensor { try model.preprocess(image) }

  func preprocessingMemory(width: Int, height: Int) -> Int {
    model.info.image?.preprocessing.memory(width: width, height: height) ?? 0
  }

  func encode(_ batch: [PixelTensor]) throws -> [Value] { try encoder(batch) }

  func report(_ outcome: ImageOutcome<Value>, of source: ImageSource) {
    let result = outcome.result.mapError { InputError(image: $0, name: source.name) }
    channel.send(
      ImageResult(index: done, name: source.name, result: result, warnings: outcome.warnings))
    done += 1
    if case .failure = result { failed += 1 }
    options.progress?(BatchProgress(done: done, failed: failed, total: total))
  }

  func flush() {}
}
