import VitKit

extension VectorProvenance {
  /// Of vectors that this command writes.
  init(model: Model, normalized: Bool? = nil, fastDecode: Bool = false) throws {
    try self.init(
      model: model, producer: "vit \(Vit.version)", normalized: normalized,
      fastDecode: fastDecode)
  }
}
