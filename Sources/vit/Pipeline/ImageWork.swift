import VitImage
import VitKit

/// What the stages of every verb share: which images, how they are decoded, and who is told.
struct ImageWork {
  var source: InputSource
  let decoding: DecodeOptions
  let budget: MemoryBudget
  let batchSize: Int
  let report: WorkReport
  let preprocessing: Preprocessing?

  /// - Parameter model: whose preprocessing tells how small `--fast-decode` may decode.
  init(
    _ source: InputSource, for model: ModelInfo, decoding: DecodeFlags, memory: MemoryOptions,
    batchSize: Int, report: WorkReport
  ) throws {
    self.source = source
    self.decoding = try decoding.decodeOptions(resize: model.image?.preprocessing.resize)
    budget = try memory.budget(modelBytes: model.weightBytes)
    preprocessing = model.image?.preprocessing
    self.batchSize = batchSize
    self.report = report
  }
}
