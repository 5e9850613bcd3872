import VitModel
import VitSystem
import VitTensor

/// How a model is loaded.
public struct LoadOptions: Sendable, Hashable {
  /// The number format that linear layers and attention compute in.
  public enum Precision: String, Sendable, CaseIterable {
    /// Weights, activations and sums in float32; the reference.
    case float32
    /// Weights and activations of linear layers and attention in bfloat16, sums in float32.
    case bfloat16
    /// Weights in 8 bits per output channel, activations in 8 bits per token, sums in int32.
    case int8
    /// What the checkpoint was converted to; for any other, bfloat16 where the processor has
    /// instructions for it, float32 elsewhere.
    case auto
  }

  /// Which towers of a model with two to load.
  public enum Towers: Sendable {
    case all
    /// For images alone; the text tower's weights are not read.
    case image
    /// For texts alone.
    case text
  }

  /// Which weights of a checkpoint that holds averaged ones (`state_dict_ema`, `model_ema`, a teacher)
  /// beside those that were trained.
  public enum Weights: String, Sendable, CaseIterable {
    case averaged
    case raw
  }

  /// Nil for what the checkpoint was converted to, and float32 for one that was not.
  public var precision: Precision?
  public var towers: Towers
  /// Nil for the averaged weights where there are some, as timm takes them. `averaged` must be there
  /// then; `raw` are also those of a file that holds no others.
  public var weights: Weights?
  /// Whether images may have another size than the model's, where its preprocessing makes them so;
  /// position embeddings are then interpolated (transformers' `interpolate_pos_encoding`). Otherwise
  /// such a preprocessing is an error.
  public var interpolatesPositions: Bool
  /// Threads to compute with, 1 to 1024; nil to leave them as they are, all processors or `VIT_THREADS`.
  /// All models of a process share one pool: the last number given holds for all.
  public var threads: Int?
  /// Of a folder in two layouts the one that takes texts, also for images alone.
  package var prefersTexts = false

  public init(
    precision: Precision? = nil, towers: Towers = .all, weights: Weights? = nil,
    interpolatesPositions: Bool = false, threads: Int? = nil
  ) {
    self.precision = precision
    self.towers = towers
    self.weights = weights
    self.interpolatesPositions = interpolatesPositions
    self.threads = threads
  }

  var request: ModelRequest {
    ModelRequest(
      towers: towers.described, weights: weights?.choice, prefersTexts: prefersTexts,
      interpolatesPositions: interpolatesPositions)
  }
}

extension LoadOptions {
  static let threadRange = 1...1024

  /// - Throws: `RequestError.invalidArgument` unless it is 1 to 1024; of an environment that cannot be
  ///   obeyed.
  func applyThreads() throws {
    guard let threads else { return try ComputeEnvironment.check() }
    try RequestError.require("threads", threads, in: Self.threadRange)
    ThreadPool.shared.setThreadCount(threads)
    try ComputeEnvironment.check()
  }
}

extension LoadOptions.Towers {
  var described: VitModel.Towers {
    switch self {
    case .all: .all
    case .image: .image
    case .text: .text
    }
  }
}

extension LoadOptions.Weights {
  var choice: WeightsChoice {
    switch self {
    case .averaged: .averaged
    case .raw: .raw
    }
  }
}

extension LoadOptions.Precision {
  /// What a checkpoint that was not converted is computed in on this processor.
  package var resolved: VitTensor.Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    case .auto: KernelSet.isFast(.bfloat16) ? .bfloat16 : .float32
    }
  }
}

extension LoadOptions.Precision? {
  var choice: PrecisionChoice {
    switch self {
    case nil: .own
    case .auto: .auto
    case let precision?: .exactly(precision.resolved)
    }
  }
}
