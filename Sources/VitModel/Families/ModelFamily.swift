import VitCheckpoint
import VitImage
import VitJSON
import VitTensor

/// A family of checkpoints: it says whether a configuration is its own, and reads it.
package protocol ModelFamily: SendableMetatype {
  /// The name that `vit inspect` shows.
  static var name: String { get }
  /// Whether `config.json` names a model of this family.
  static func recognizes(_ configuration: JSONValue) -> Bool
  static func load(
    _ source: ModelSource, configuration: JSONValue, precision: Precision
  ) throws -> LoadedModel
}

extension LoadedModel {
  /// Every family, in the order in which they are asked. Adding one is a file beside this one and a
  /// line here.
  static let families: [any ModelFamily.Type] = [
    HuggingFaceViT.self, HuggingFaceDeiT.self, TimmVisionTransformer.self,
  ]

  /// Whether some family recognises a configuration.
  package static func isSupported(_ configuration: JSONValue) -> Bool {
    configuration.object != nil && families.contains { $0.recognizes(configuration) }
  }

  /// Reads a model of any family.
  ///
  /// - Throws: `ModelError`, `CheckpointError` or `JSONError`, each naming the file.
  package static func load(_ source: ModelSource, precision: Precision) throws -> LoadedModel {
    guard let configuration = try source.json("config.json") else {
      throw ModelError.notAModel(
        name: source.name,
        reason: "there is no config.json; give the folder that holds config.json and the weights")
    }
    guard configuration.object != nil else {
      throw ModelError.invalidConfiguration(
        name: "\(source.name)/config.json", reason: "not a JSON object")
    }
    guard let family = families.first(where: { $0.recognizes(configuration) }) else {
      throw ModelError.unsupported(name: source.name, kind: kind(of: configuration))
    }
    return try family.load(source, configuration: configuration, precision: precision)
  }

  private static func kind(of configuration: JSONValue) -> String {
    if let type = configuration["model_type"]?.string { return "the model type \(type)" }
    if let architecture = configuration["architecture"]?.string {
      return "the architecture \(architecture)"
    }
    return "a config.json without model_type or architecture"
  }
}
