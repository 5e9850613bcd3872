import VitCheckpoint
import VitJSON

/// A family of checkpoints: it says whether a folder is its own, and reads it.
package protocol ModelFamily: SendableMetatype {
  /// The name that `vit inspect` shows.
  static var name: String { get }
  /// Whether the source is a model of this family.
  static func recognizes(_ source: ModelSource, configuration: JSONValue?) throws -> Bool
  /// Whether a model of this configuration has a text tower.
  static func takesTexts(_ configuration: JSONValue) -> Bool
  /// Names of weights files, in the order in which they are looked for. The first is what such a
  /// model is saved as.
  static var weightsCandidates: [String] { get }
  /// Names of tensors that tell a model of this layout, whatever stands before them in a checkpoint; of
  /// two that end alike the longer first.
  static var anchors: [String] { get }
  /// Refuses what is not computed here as far as configurations alone tell, before the weights are
  /// fetched; `describe` refuses the same.
  static func check(_ configuration: JSONValue, of source: ModelSource) throws
  /// Which model it is, and where its parameters lie.
  ///
  /// - Parameter reader: of the input's weights; `finish` is called on it.
  static func describe(_ input: FamilyInput, reader: ParameterReader) throws -> ModelDescription
}

extension ModelFamily {
  package static func takesTexts(_ configuration: JSONValue) -> Bool { false }
  package static func check(_ configuration: JSONValue, of source: ModelSource) throws {}
  package static var weightsCandidates: [String] { ModelSource.weightsCandidates }
}

/// What a family reads a model from.
package struct FamilyInput: Sendable {
  package let source: ModelSource
  package let weights: Checkpoint
  /// `config.json`; empty where there is none.
  package let configuration: JSONValue
  package let towers: Towers
}
