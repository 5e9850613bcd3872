import VitTensor

/// From the pooled vector to one logit a class.
package struct ClassifierPlan: Sendable {
  let classifier: Linear
  /// The distilled models' second head on the distillation token; the logits are the mean of both.
  let distillationClassifier: Linear?

  package var classCount: Int { classifier.outputSize }

  /// `[batch, classes]`.
  package func logits(_ output: ImageTowerPlan.Output) -> [Float] {
    let logits = classifier.apply(output.headInput)
    guard let distillationClassifier, let distillation = output.distillation else { return logits }
    return zip(logits, distillationClassifier.apply(distillation)).map { ($0 + $1) / 2 }
  }
}
