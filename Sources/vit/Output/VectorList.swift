/// Named vectors in memory, for `vit similarity`.
final class VectorList: VectorWriter {
  private(set) var names: [String] = []
  private(set) var vectors: [[Float]] = []
  private(set) var failures: [(input: String, reason: String)] = []

  init() {}

  init(_ saved: SavedVectors) { (names, vectors) = (saved.names, saved.vectors) }

  func append(input: String, result: Result<[Float], InputFailure>) {
    switch result {
    case .success(let vector):
      names.append(input)
      vectors.append(vector)
    case .failure(let failure): failures.append((input, failure.reason))
    }
  }

  func flush() {}

  func finish() {}
}
