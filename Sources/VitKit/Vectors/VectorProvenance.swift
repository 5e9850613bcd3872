import VitSystem
import VitTensor

/// What made vectors, as it is saved with them: the model's identity, where it was found, and how it
/// computed.
package struct VectorProvenance: Sendable {
  private let members: [(String, String)]

  /// Reads all weights, for their hash.
  ///
  /// - Parameters:
  ///   - producer: the program that writes them, and its version.
  ///   - normalized: nil where what is written are no vectors of inputs.
  ///   - fastDecode: whether JPEGs were decoded at a reduced scale.
  /// - Throws: `CheckpointError` where converted weights have changed since.
  package init(
    model: Model, producer: String, normalized: Bool? = nil, fastDecode: Bool = false
  ) throws {
    var members = [("producer", producer), ("model", model.info.name)]
    if let path = model.described.absolutePath { members.append(("model_path", path)) }
    members.append(("architecture", model.info.architecture))
    members += try ModelIdentity(model.described).members
    members.append(("precision", model.info.precision))
    members.append(("kernel_set", KernelSet.active))
    if fastDecode { members.append(("decoding", "reduced scale")) }
    if let normalized { members.append(("normalized", "\(normalized)")) }
    self.members = members
  }

  /// In the order in which they are read best.
  package var ordered: [(String, String)] { members }

  package var metadata: ExactDictionary<String> { ExactDictionary(members) }

  /// What differs between vectors that are to be parts of one whole, by its names: the model, the
  /// precision, and what was done to the vectors. Which kernels computed, which version wrote and
  /// where the model lay is kept, and never compared: an upgrade makes nothing invalid.
  package static func differences(
    _ mine: ExactDictionary<String>, from others: ExactDictionary<String>
  ) -> [String] {
    let compared = ["precision", "decoding", "normalized"].filter { mine[$0] != others[$0] }
    return ModelIdentity(madeWith: mine).differences(from: ModelIdentity(madeWith: others))
      + compared.map { key in
        "\(key) (\(mine[key] ?? "nothing"), not \(others[key] ?? "nothing"))"
      }
  }
}

/// The model that saved vectors say made them.
package struct VectorMaker: Sendable {
  /// As it was named.
  package let name: String
  /// Where it lay; nil for one that is part of the program.
  package let path: String?

  /// Nil where the vectors do not say.
  package init?(madeWith: ExactDictionary<String>) {
    guard let name = madeWith["model"] else { return nil }
    self.name = name
    path = madeWith["model_path"]
  }

  /// A name or path by which the model can be loaded here, without a download; nil where it is gone.
  package var found: String? {
    if let path, FileSystem.exists(path) { return path }
    return (try? ModelLocation.find(name)) == nil ? nil : name
  }
}
