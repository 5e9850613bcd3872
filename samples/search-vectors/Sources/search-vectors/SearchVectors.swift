import Foundation
import VitKit

/// A search over 10,000 vectors: stored, read again, the nearest to a query, and pairs that are almost
/// the same.
///
///     search-vectors FOLDER
@main
struct SearchVectors {
  static func main() async throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: search-vectors FOLDER")
      exit(64)
    }
    let path = CommandLine.arguments[1] + "/vectors.safetensors"
    try invented().write(to: path)

    let vectors = try Embeddings(contentsOf: path)
    let query = try Embeddings(names: ["like 1234"], vectors: [vectors.vector(1234)])
    for near in try await vectors.nearest(to: query, count: 3)[0] {
      print(near.name, String(format: "%.4f", near.cosine))
    }
    // Each vector's nearest other, if it is very near.
    let twins = try await vectors.nearestOthers(count: 1, threshold: 0.999)
    let names = try vectors.names
    for (row, found) in twins.enumerated() {
      // A pair is found from both sides.
      for twin in found where twin.row > row { print("twins:", names[row], twin.name) }
    }
  }

  /// Vectors as a model would make them; the last is nearly that of photo 17.
  static func invented(count: Int = 10_000, size: Int = 192) throws -> Embeddings {
    var state: UInt64 = 1
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }
    var vectors = (0..<count - 1).map { _ in (0..<size).map { _ in random() } }
    vectors.append(vectors[17].map { $0 + 0.001 * random() })
    return try Embeddings(names: (0..<count).map { "photo \($0)" }, vectors: vectors)
  }
}
