import VitCheckpoint

/// What a model is: its architecture, its preprocessing, and its size.
public struct ModelInfo: Sendable {
  /// A tensor of the weights file.
  public struct Tensor: Sendable, Equatable {
    public let name: String
    /// As the file spells it, such as `F16`.
    public let dataType: String
    public let shape: [Int]
  }

  /// How the model was named when it was loaded.
  public let name: String
  /// The layout that it was read in, such as "ViT (timm)".
  public let family: String
  /// The class or architecture that the checkpoint names.
  public let architecture: String
  /// Nil where the model has no image tower, or it was not loaded.
  public let image: ImageTower?
  /// Nil where the model has no text tower, or it was not loaded.
  public let text: TextTower?
  /// Length of what `embed` returns.
  public let embeddingSize: Int
  /// Nil where the model has no classification head.
  public let classCount: Int?
  /// In the order of the classes; empty where the checkpoint brings none.
  public let labels: [String]
  public let precision: String
  /// Of what was loaded.
  public let parameterCount: Int
  public let weightsPath: String
  /// Sorted by name.
  public let tensors: [Tensor]
  /// What a reader should know about how the model was read.
  public let notes: [String]
  /// Nil unless the weights were converted.
  package let conversion: Conversion?
}

extension ModelInfo {
  /// The shape and the conventions of the image tower.
  public struct ImageTower: Sendable {
    /// Pixels.
    public let imageHeight: Int
    public let imageWidth: Int
    public let patchSize: Int
    /// Length of a token.
    public let width: Int
    /// Number of encoder blocks.
    public let depth: Int
    public let heads: Int
    public let headSize: Int
    public let mlpSize: Int
    public let activation: String
    /// Of the layer norms.
    public let epsilon: Float
    public let pooling: String
    public let hasClassToken: Bool
    public let registerTokens: Int
    public let preprocessing: Preprocessing
    /// Of linear layers and attention, for one image.
    public let multiplyAddsPerImage: Int
  }

  /// The shape and the conventions of the text tower.
  public struct TextTower: Sendable {
    /// Tokens of the longest text, start and end included.
    public let contextLength: Int
    public let vocabularySize: Int
    public let width: Int
    public let depth: Int
    public let heads: Int
    public let headSize: Int
    public let mlpSize: Int
    public let activation: String
    public let epsilon: Float
    public let pooling: String
    /// A token sees only what stands before it.
    public let isCausal: Bool
    /// Whose tokeniser, and where its vocabulary came from.
    public let tokenizer: String
  }
}
