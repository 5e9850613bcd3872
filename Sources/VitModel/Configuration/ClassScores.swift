/// What a classifier's outputs mean, as transformers' image classification pipeline takes them
/// (`pipelines/image_classification.py`, `postprocess`).
package enum ClassScores: Sendable, Equatable {
  /// One of the classes: the probabilities are exp(sᵢ) / Σⱼ exp(sⱼ).
  case oneOfAll
  /// Each class for itself, also where there is one alone: 1 / (1 + exp(−s)).
  case eachForItself
  /// Numbers that are the answer, without probabilities.
  case regression
}
