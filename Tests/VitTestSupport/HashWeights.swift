import Foundation

/// Weights that are computed, not stored: every element from an integer hash of its tensor's name
/// and its index. `scripts/reference/hash_weights.py` has the definition and computes the same bits.
public struct HashWeights: Sendable {
  public struct Tensor: Sendable {
    public let name: String
    public let shape: [Int]
    /// Half the width of the uniform distribution; at most 8 significant bits.
    public let scale: Double
    /// Its middle.
    public let offset: Double

    public var count: Int { shape.reduce(1, *) }

    public var values: [Float] {
      let seed = HashWeights.hash(name)
      // 2⁻²³ and 8 significant bits: exact.
      let unit = Float(scale * 0x1p-23)
      let middle = Float(offset)
      return (0..<count).map { index in
        let centred = Float(Int(HashWeights.bits(seed, UInt64(index))) - (1 << 23))
        // Two roundings, as in the other language: no fused multiply-add.
        let product = centred * unit
        return product + middle
      }
    }
  }

  public let tensors: [Tensor]

  /// Reads a `weights.json`.
  public init(contentsOf url: URL) throws {
    let content = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    guard let entries = content as? [[String: Any]] else {
      throw GoldenError.malformed(url.path)
    }
    tensors = try entries.map { entry in
      guard let name = entry["name"] as? String, let shape = entry["shape"] as? [Int],
        let scale = entry["scale"] as? Double, let offset = entry["offset"] as? Double
      else { throw GoldenError.malformed(url.path) }
      return Tensor(name: name, shape: shape, scale: scale, offset: offset)
    }
  }

  /// The bytes of a float32 safetensors file.
  public func safetensors() throws -> Data {
    var header: [String: Any] = [:]
    var body = Data()
    for tensor in tensors {
      let start = body.count
      tensor.values.withUnsafeBytes { body.append(contentsOf: $0) }
      header[tensor.name] = [
        "dtype": "F32", "shape": tensor.shape, "data_offsets": [start, body.count],
      ]
    }
    var text = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
    text.append(Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    file.append(text)
    file.append(body)
    return file
  }

  /// FNV-1a of the UTF-8 bytes.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// 24 bits of splitmix64 at a place of the tensor's own sequence.
  static func bits(_ seed: UInt64, _ index: UInt64) -> UInt64 {
    var state = seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
    return (state ^ state >> 31) >> 40
  }
}
