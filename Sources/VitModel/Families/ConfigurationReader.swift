import VitJSON
import VitTensor

/// Reads settings of a `config.json` with the reference's defaults: a setting that is absent or null
/// takes the default, one of the wrong type is an error.
struct ConfigurationReader {
  let json: JSONValue
  /// The file, for messages.
  let name: String

  init(json: JSONValue, name: String) {
    self.json = json
    self.name = name
  }

  /// Of `config.json`.
  init(_ input: FamilyInput) { self.init(input.configuration, of: input.source) }

  /// - Parameter configuration: the source's `config.json`.
  init(_ configuration: JSONValue, of source: ModelSource) {
    self.init(json: configuration, name: "\(source.name)/config.json")
  }

  private func value<Value>(
    _ key: String, _ kind: String, _ read: (JSONValue) -> Value?
  ) throws -> Value? {
    guard let json = json[key], !json.isNull else { return nil }
    guard let value = read(json) else {
      throw ModelError.invalidConfiguration(name: name, reason: "\(key) is not \(kind)")
    }
    return value
  }

  func int(_ key: String, default fallback: Int) throws -> Int {
    try value(key, "a whole number") { $0.int } ?? fallback
  }

  func float(_ key: String, default fallback: Float) throws -> Float {
    try value(key, "a number") { $0.double.map { Float($0) } } ?? fallback
  }

  func bool(_ key: String, default fallback: Bool) throws -> Bool {
    try value(key, "true or false") { $0.bool } ?? fallback
  }

  func string(_ key: String) throws -> String? {
    try value(key, "a string") { $0.string }
  }

  /// A whole number or a pair `[height, width]`.
  func size(_ key: String, default fallback: Int) throws -> (height: Int, width: Int) {
    let pair = try value(key, "a whole number or a pair of them") { json -> [Int]? in
      if let side = json.int { return [side, side] }
      guard let sides = json.array?.compactMap({ $0.int }), sides.count == json.array?.count
      else { return nil }
      return sides.count == 1 ? [sides[0], sides[0]] : sides.count == 2 ? sides : nil
    }
    guard let pair else { return (fallback, fallback) }
    return (pair[0], pair[1])
  }

  /// The activation names of transformers' `ACT2FN` that image and text towers use.
  func activation(_ key: String, default fallback: String) throws -> Activation {
    let label = try string(key) ?? fallback
    switch label {
    case "gelu": return .geluErf
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
    case "quick_gelu": return .quickGELU
    case "relu": return .relu
    case "silu", "swish": return .silu
    case "tanh": return .tanh
    case "linear", "identity": return .identity
    default:
      throw ModelError.invalidConfiguration(
        name: name,
        reason: "\(key) is \(label); supported are gelu, gelu_new, gelu_pytorch_tanh, "
          + "quick_gelu, relu, silu, tanh")
    }
  }

  /// Refuses by name what a family neither obeys nor may leave alone.
  func check(_ table: SettingsTable) throws(ModelError) {
    guard json.isNull || json.object != nil else {
      throw .invalidConfiguration(name: name, reason: "is \(json.excerpt), not a JSON object")
    }
    do throws(SettingsTable.Refusal) {
      try table.check(json)
    } catch {
      throw .invalidConfiguration(name: name, reason: "\(error.key) \(error.reason)")
    }
  }

  /// `id2label` in the order of the numbers, or nil where there is none.
  func labels() throws(ModelError) -> [String]? {
    guard let value = json["id2label"], !value.isNull else { return nil }
    let table = value.object ?? [:]
    var labels = [String?](repeating: nil, count: table.count)
    for (key, value) in table {
      guard let index = Int(key), labels.indices.contains(index), labels[index] == nil,
        let label = value.labelText
      else {
        throw .invalidConfiguration(
          name: name, reason: "id2label does not name each of 0 to \(table.count - 1) once")
      }
      labels[index] = label
    }
    guard value.object != nil else {
      throw .invalidConfiguration(name: name, reason: "id2label is \(value.excerpt), not an object")
    }
    return labels.compactMap { $0 }
  }

  /// Configurations of transformers describe square patches only for the families read here.
  func squarePatch(_ key: String, default fallback: Int) throws -> Int {
    let size = try size(key, default: fallback)
    guard size.height == size.width else {
      throw ModelError.invalidConfiguration(
        name: name, reason: "patches of \(size.width)×\(size.height) are not square")
    }
    return size.height
  }
}

extension JSONValue {
  /// A class's name, which some files write as a number; nil where it is neither.
  var labelText: String? {
    switch self {
    case .string(let text): text
    case .number: serialized()
    default: nil
    }
  }
}
