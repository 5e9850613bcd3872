import VitJSON
import VitSystem
import VitTensor

/// What a checkpoint notes of its conversion: its linear layers are packed for the kernels, and need
/// nothing but to be mapped.
///
/// The weight of a packed layer keeps its name in the original, that of the first where several were
/// joined. Its bytes are those of `PackedLayer`, as one axis of F32, BF16 or I8, which tells the
/// layer's precision; an 8-bit layer has `NAME.scales` and `NAME.sums` beside it, a number an output.
/// All other tensors are as in the original.
package struct Conversion: Sendable, Equatable {
  /// What the checkpoint was converted to; single layers may have a higher precision.
  package let precision: Precision
  package let layout: PackedLayer.Layout
  /// How the original was named.
  package let origin: String
  /// SHA-256 of the original's weights, in hexadecimal.
  package let originHash: String
  /// SHA-256 of the file's tensors, one after another, in hexadecimal.
  package let dataHash: String
  /// The family that read the original.
  package let family: String
  /// The shapes that packed weights had in the original, by name.
  package let shapes: ExactDictionary<[Int]>

  package init(
    precision: Precision, layout: PackedLayer.Layout, origin: String, originHash: String,
    dataHash: String, family: String, shapes: ExactDictionary<[Int]>
  ) {
    self.precision = precision
    self.layout = layout
    self.origin = origin
    self.originHash = originHash
    self.dataHash = dataHash
    self.family = family
    self.shapes = shapes
  }

  /// Whether the kernels in use read the packed weights where they lie.
  package var isInPlace: Bool { layout == .active }

  package static func scalesName(of weight: String) -> String { "\(weight).scales" }
  package static func sumsName(of weight: String) -> String { "\(weight).sums" }

  /// Fills the gaps that keep packed weights aligned.
  package static let paddingPrefix = "vit.padding."

  /// Whether a tensor is no weight of its own.
  package func isCompanion(_ name: String) -> Bool {
    if name.beginsExactly(Self.paddingPrefix) { return true }
    for suffix in [Self.scalesName(of: ""), Self.sumsName(of: "")] where name.endsExactly(suffix) {
      if shapes[String(name.dropLast(suffix.count))] != nil { return true }
    }
    return false
  }
}

extension Conversion {
  private enum Key {
    static let version = "vit.version"
    static let layoutVersion = "vit.layout_version"
    static let panel = "vit.panel"
    static let vector = "vit.vector"
    static let precision = "vit.precision"
    static let origin = "vit.origin"
    static let originHash = "vit.origin_sha256"
    static let dataHash = "vit.data_sha256"
    static let family = "vit.family"
    static let shapes = "vit.shapes"
  }

  /// Of the keys and their meaning.
  private static let version = "2"

  /// What `init(metadata:file:)` reads.
  package var metadata: ExactDictionary<String> {
    let members = shapes.inOrder.map { name, shape in
      (key: name, value: JSONValue.array(shape.map { .number(.integer(Int64($0))) }))
    }
    return [
      Key.version: Self.version, Key.layoutVersion: "\(PackedLayer.Layout.version)",
      Key.panel: "\(layout.panel)", Key.vector: "\(layout.vector)",
      Key.precision: precision.rawValue, Key.origin: origin, Key.originHash: originHash,
      Key.dataHash: dataHash, Key.family: family,
      Key.shapes: JSONValue.object(JSONObject(members)).serialized(),
    ]
  }

  /// Nil for a checkpoint that was not converted.
  ///
  /// - Throws: `badConversion` where the notes contradict themselves, `unsupported` where another
  ///   version wrote them.
  init?(metadata: ExactDictionary<String>, file: String) throws(CheckpointError) {
    guard let version = metadata[Key.version] else { return nil }
    func bad(_ reason: String) -> CheckpointError { .badConversion(file: file, reason: reason) }
    func text(_ key: String) throws(CheckpointError) -> String {
      guard let value = metadata[key] else { throw bad("\(key) is missing") }
      return value
    }
    guard version.isExactly(Self.version),
      try text(Key.layoutVersion).isExactly("\(PackedLayer.Layout.version)")
    else {
      throw .unsupported(
        file: file, reason: "another version of vit converted it",
        remedy: "convert the original again")
    }
    guard let precision = Precision(rawValue: try text(Key.precision)) else {
      throw bad("\(Key.precision) is no precision")
    }
    guard let panel = Int(try text(Key.panel)), let vector = Int(try text(Key.vector)) else {
      throw bad("\(Key.panel) and \(Key.vector) are no numbers")
    }
    let layout = PackedLayer.Layout(panel: panel, vector: vector)
    guard layout.isValid else { throw bad("panels of \(panel) columns in vectors of \(vector)") }
    func hash(_ key: String) throws(CheckpointError) -> String {
      let hash = try text(key)
      guard hash.utf8.count == 64, hash.utf8.allSatisfy(Self.isHexadecimal) else {
        throw bad("\(key) is no SHA-256")
      }
      return hash
    }
    self.init(
      precision: precision, layout: layout, origin: try text(Key.origin),
      originHash: try hash(Key.originHash), dataHash: try hash(Key.dataHash),
      family: try text(Key.family), shapes: try Self.shapes(text(Key.shapes), file: file))
  }

  private static func shapes(
    _ text: String, file: String
  ) throws(CheckpointError) -> ExactDictionary<[Int]> {
    func bad(_ reason: String) -> CheckpointError {
      .badConversion(file: file, reason: "\(Key.shapes) \(reason)")
    }
    let json: JSONValue
    do {
      json = try JSONValue.parse(
        text, name: file, limits: JSONLimits(bytes: Safetensors.headerLimit))
    } catch {
      throw bad("is not JSON: \(error.reason)")
    }
    guard let entries = json.object else { throw bad("is no object") }
    var shapes: ExactDictionary<[Int]> = [:]
    for (name, value) in entries {
      let sizes = value.array ?? []
      let shape = sizes.compactMap(\.int)
      guard (1...16).contains(shape.count), shape.count == sizes.count,
        CheckedSize.product(shape + [8]) != nil
      else { throw bad("gives \(name) a shape that no tensor can have") }
      shapes[name] = shape
    }
    return shapes
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte)
  }
}
