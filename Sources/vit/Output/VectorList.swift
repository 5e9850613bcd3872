import VitKit

/// Named vectors in memory, for `vit similarity`.
final class VectorList: VectorWriter {
  private var names: [String] = []
  private var vectors: [[Float]] = []
  private(set) var failures: [(input: String, reason: String)] = []

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

  func embeddings() throws -> Embeddings { try Embeddings(names: names, vectors: vectors) }
}
