import VitModel
import VitSystem

/// A model's folder that takes its name when all its files are there; left unfinished, it is removed.
struct FolderDraft {
  private let draft: TemporaryFolder

  /// - Throws: `ModelError.notWritable`, also where something is there already.
  init(_ folder: String) throws {
    var name = folder
    while name.count > 1, name.hasSuffix("/") { name.removeLast() }
    guard !FileSystem.exists(name) || Self.isEmptyFolder(name) else {
      throw ModelError.notWritable(
        path: name, reason: "something is there already; name a folder that is not")
    }
    do { draft = try TemporaryFolder(for: name) } catch { throw Self.failure(error) }
  }

  /// Writes the weights and the configuration and tokeniser files of a model, and finishes.
  ///
  /// - Throws: `ModelError.notWritable`, and what reading the source throws.
  func finish(_ weights: WeightsFile, named name: String, with source: ModelSource) throws {
    do {
      try draft.write(name, weights.write)
      for file in ModelFiles.small {
        guard let content = try source.content(of: file) else { continue }
        try draft.write(file) { body in try content.withUnsafeBytes { try body($0) } }
      }
      try draft.finish()
    } catch let error as SystemError {
      throw Self.failure(error)
    }
  }

  private static func isEmptyFolder(_ path: String) -> Bool {
    (try? FolderEntry.all(in: path))?.isEmpty == true
  }

  private static func failure(_ error: SystemError) -> ModelError {
    .notWritable(path: error.path, reason: "\(error.reason); choose another folder")
  }
}
