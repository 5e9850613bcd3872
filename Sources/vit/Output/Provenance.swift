import VitKit
import VitSystem
import VitTensor

/// What made a vector: vectors of other weights or other preprocessing must not be compared with it.
struct Provenance {
  private let members: [(String, String)]

  /// Reads all weights, for their hash.
  ///
  /// - Throws: `CheckpointError` where converted weights have changed since.
  init(model: Model, normalized: Bool? = nil, fastDecode: Bool = false) throws {
    var members = [
      ("producer", "vit \(Vit.version)"),
      ("model", model.info.name),
      ("architecture", model.info.architecture),
      ("weights_sha256", try model.weightsHash()),
      ("preprocessing", model.info.image.map { "\($0.preprocessing)" } ?? "none"),
      ("precision", model.info.precision),
      ("kernel_set", KernelSet.active),
    ]
    if fastDecode { members.append(("decoding", "reduced scale")) }
    if let normalized { members.append(("normalized", "\(normalized)")) }
    self.members = members
  }

  var json: JSONText { .object(members.map { ($0.0, .string($0.1)) }) }

  var metadata: ExactDictionary<String> { ExactDictionary(members) }
}
