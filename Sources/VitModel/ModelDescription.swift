import VitCheckpoint
import VitImage
import VitTensor
import VitText

/// What a family makes of a checkpoint: which model it is, and where its parameters lie. No weight is
/// read for it.
///
/// From it come the model's plan, which inference runs (`ModelPlan`), its formula, which is held
/// against the paper (`ModelFormula`), and its parameters, to be changed and saved (`SavedWeights`).
package struct ModelDescription: Sendable {
  /// "ViT (Hugging Face)" and the like.
  package var family: String
  /// The class or architecture that the checkpoint names.
  package var architecture: String
  /// Nil where the model has no image tower, or it was left out.
  package var image: ImageTowerConfiguration?
  /// Nil where the model has no text tower, or it was left out.
  package var text: TextTowerConfiguration?
  /// What follows each layer of the image projection; nothing where there are fewer.
  package var imageProjectionActivations: [Activation] = []
  package var layout = ModelParameters<Parameter>()
  package var parameters: Parameters
  package var tokenizer: Tokenizer?
  /// Scaled cosines have something added before the sigmoid, 0 where the weights have no number.
  package var hasLogitBias = false
  /// In the order of the classes; empty where the checkpoint brings none.
  package var labels: [String] = []
  /// What the outputs of the classifier mean.
  package var classScores = ClassScores.oneOfAll
  /// Why the classes cannot be told; vectors do without them.
  package var classesError: ModelError?
  /// Why the text tower was left out, where the checkpoint has one; images do without it.
  package var textRefusal: ModelError?
  /// Nil without an image tower.
  package var preprocessing: Preprocessing?
  /// Why images cannot be encoded: preprocessing makes them of another size than the model's. Nothing
  /// stands in the way where positions are to be interpolated.
  package var sizeError: ModelError?
  /// Images of another size than the model's are taken.
  package var interpolatesPositions = false
  /// What a reader should know about how the model was read.
  package var notes: [String] = []
  /// What a user should be told when the model is used.
  package var warnings: [String] = []
  /// Where it was read from.
  package let source: ModelSource
  package let weights: Checkpoint
  /// What linear layers are asked to compute in.
  package var precision = Precision.float32

  init(family: String, architecture: String, from input: FamilyInput) {
    self.family = family
    self.architecture = architecture
    source = input.source
    weights = input.weights
    parameters = Parameters([], storage: .mapped(input.weights))
  }

  /// Tells one tokeniser from another without loading it.
  package var tokenizerHash: String { source.tokenizerHash }

  package var classCount: Int? { layout.classifier?.outputSize }

  package var imageEmbeddingSize: Int? {
    image.map { layout.imageProjection.last?.outputSize ?? $0.width }
  }

  package var textEmbeddingSize: Int? {
    text.map { layout.textProjection?.outputSize ?? $0.width }
  }

  /// Length of an embedding.
  package var embeddingSize: Int { imageEmbeddingSize ?? textEmbeddingSize ?? 0 }
}
