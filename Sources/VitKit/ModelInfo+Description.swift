import VitModel
import VitText

extension ModelInfo {
  init(_ model: ModelDescription, name: String) {
    self.init(
      name: name, family: model.family, architecture: model.architecture,
      image: ImageTower(model), text: TextTower(model),
      embeddingSize: model.embeddingSize, classCount: model.classCount,
      labels: model.labels, precision: model.precision.rawValue,
      parameterCount: model.parameters.count, weightsPath: model.weights.path,
      tensors: model.weights.names.compactMap { name in
        model.weights.tensors[name].map {
          Tensor(name: name, dataType: $0.dataType.rawValue, shape: $0.shape)
        }
      },
      notes: model.notes + model.warnings, conversion: model.weights.conversion)
  }
}

extension ModelInfo.ImageTower {
  fileprivate init?(_ model: ModelDescription) {
    guard let tower = model.image, let preprocessing = model.preprocessing else { return nil }
    self.init(
      imageHeight: tower.imageHeight, imageWidth: tower.imageWidth,
      patchSize: tower.patchSize, width: tower.width, depth: tower.depth,
      heads: tower.heads, headSize: tower.headSize, mlpSize: tower.mlpSize,
      activation: tower.activation.rawValue, epsilon: tower.epsilon,
      pooling: tower.pooling.rawValue, hasClassToken: tower.hasClassToken,
      registerTokens: tower.registerTokens, preprocessing: preprocessing,
      multiplyAddsPerImage: tower.multiplyAdds())
  }
}

extension ModelInfo.TextTower {
  fileprivate init?(_ model: ModelDescription) {
    guard let tower = model.text, let tokenizer = model.tokenizer else { return nil }
    self.init(
      contextLength: tower.contextLength, vocabularySize: tower.vocabularySize,
      width: tower.width, depth: tower.depth, heads: tower.heads,
      headSize: tower.width / tower.heads, mlpSize: tower.mlpSize,
      activation: tower.activation.rawValue, epsilon: tower.epsilon,
      pooling: tower.pooling.description, isCausal: tower.isCausal,
      tokenizer: "\(tokenizer.layout.rawValue), \(tokenizer.source)")
  }
}
