import VitKit

/// A folder of vectors, written part by part.
final class PartVectorWriter: VectorWriter {
  private var folder: VectorFolderWriter

  init(_ folder: VectorFolderWriter) { self.folder = folder }

  func append(input: String, result: Result<[Float], InputFailure>) throws {
    switch result {
    case .success(let vector): try folder.append(input: input, vector: vector)
    case .failure(let failure):
      try folder.append(input: input, vector: nil, reason: failure.reason)
    }
  }

  func flush() {}

  /// Makes the folder complete; one whose work was interrupted stays unfinished.
  func finish() throws {
    if !Interrupt.isRequested { try folder.finish() }
  }
}
