import Foundation
import VitBoxModel
import VitKit

/// Embeds photographs and archives with progress; ends early, keeping what is done, after SECONDS.
///
///     embed-folder OUTPUT.npy SECONDS PHOTO-OR-TAR…
@main
struct EmbedFolder {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 3, let seconds = Double(arguments[2]) else {
      print("usage: embed-folder OUTPUT.npy SECONDS PHOTO-OR-TAR…")
      exit(64)
    }
    let sources = arguments.dropFirst(3).map { ImageSource.file($0) }
    let model = try Model.box

    let work = Task { () -> (names: [String], rows: [[Float]]) in
      let options = BatchOptions(progress: { progress in
        FileHandle.standardError.write(
          Data("\(progress.done) of \(progress.total.map(String.init) ?? "?")\n".utf8))
      })
      var vectors: (names: [String], rows: [[Float]]) = ([], [])
      do {
        for try await photo in model.embeddings(of: sources, options: options) {
          switch photo.result {
          case .success(let vector):
            vectors.names.append(photo.name)
            vectors.rows.append(vector)
          // One that failed is told; the others are done nevertheless.
          case .failure(let error): print("failed:", error)
          }
        }
      } catch is CancellationError {
        print("stopped early")
      }
      return vectors
    }
    let timer = Task {
      try await Task.sleep(for: .seconds(seconds))
      work.cancel()
    }
    let vectors = try await work.value
    timer.cancel()

    print("embedded", vectors.names.count)
    guard !vectors.names.isEmpty else { return }
    try Embeddings(
      names: vectors.names, vectors: vectors.rows, madeWith: ["model": model.info.name]
    ).write(to: arguments[1])
  }
}
