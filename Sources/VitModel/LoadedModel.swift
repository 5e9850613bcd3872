import VitCheckpoint
import VitImage
import VitTensor
import VitText

/// What a family makes of a checkpoint.
package struct LoadedModel: Sendable {
  /// "ViT (Hugging Face)" and the like.
  package var family: String
  /// The class or architecture that the checkpoint names.
  package var architecture: String
  package var vision: VisionTransformer?
  package var head: ClassificationHead?
  /// Applied to the pooled vector for `embed`.
  package var projection: ProjectionHead?
  package var text: TextEncoder?
  /// What cosines are multiplied with before the softmax: exp(logit scale).
  package var logitScale: Float?
  /// Added to the scaled cosines.
  package var logitBias: Float?
  package var labels: [String]
  /// Nil for a text tower alone.
  package var preprocessing: Preprocessing?
  package var weights: Checkpoint
  /// Where it was read from.
  package var source: ModelSource?

  /// Tells one tokeniser from another without loading it.
  package var tokenizerHash: String { source?.tokenizerHash ?? "" }
  package var parameterCount: Int
  /// What linear layers were asked to compute in.
  package var precision = Precision.float32
  /// What a reader should know about how the model was read.
  package var notes: [String] = []
}

/// Which halves of a model to load; the other's weights are neither read nor packed.
package enum Towers: Sendable {
  case all, image, text

  var includeImage: Bool { self != .text }
  var includeText: Bool { self != .image }
}

/// A text tower with its projection and its tokeniser.
package struct TextEncoder: Sendable {
  package let tower: TextTransformer
  let projection: ProjectionHead?
  package let tokenizer: Tokenizer

  package var embeddingSize: Int { projection?.outputSize ?? tower.configuration.width }

  /// `[captions, embeddingSize]`, not normalised, of captions as ids.
  package func embed(ids: [[Int32]], trace: Trace? = nil) throws -> [Float] {
    let pooled = try tower.encode(ids, trace: trace)
    guard let projection else { return pooled }
    let projected = projection.apply(pooled)
    projected.withUnsafeBufferPointer {
      if let start = $0.baseAddress {
        trace?.record("text.projected", shape: [ids.count, embeddingSize], start)
      }
    }
    return projected
  }
}

/// From the pooled vector to one logit a class.
package struct ClassificationHead: Sendable {
  let classifier: Linear
  /// The distilled models' second head on the distillation token; the logits are the mean of both.
  let distillationClassifier: Linear?

  package var classCount: Int { classifier.outputSize }

  /// `[batch, classes]`.
  package func logits(_ output: VisionTransformer.Output) -> [Float] {
    let logits = classifier.apply(output.headInput)
    guard let distillationClassifier, let distillation = output.distillation else { return logits }
    return zip(logits, distillationClassifier.apply(distillation)).map { ($0 + $1) / 2 }
  }
}

extension Linear {
  /// All rows of an array.
  func apply(_ input: [Float], activation: Activation = .identity) -> [Float] {
    let rows = input.count / inputSize
    var output = [Float](repeating: 0, count: rows * outputSize)
    input.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        apply(
          source.baseAddress!, rows: rows, to: target.baseAddress!, activation: activation)
      }
    }
    return output
  }
}

extension LoadedModel {
  /// Length of an embedding.
  package var embeddingSize: Int {
    projection?.outputSize ?? vision?.configuration.width ?? text?.embeddingSize ?? 0
  }
}
