import Foundation
import VitKit

/// The core of a server that answers what is in a photograph: the labels' vectors are computed once and
/// stored, and any number of requests are answered at once. A web framework would call `answer`.
///
///     zero-shot-server MODEL LABELS.safetensors PHOTO…
@main
struct ZeroShotServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 3 else {
      print("usage: zero-shot-server MODEL LABELS.safetensors PHOTO…")
      exit(64)
    }
    let server = try await Server(
      model: arguments[1], labels: ["a cat", "a cup of coffee", "shoes"], store: arguments[2])
    // Requests come at the same time; answers are printed in their order.
    let bodies = try arguments.dropFirst(3).map { try Data(contentsOf: URL(filePath: $0)) }
    let answers = await withTaskGroup(of: (Int, String).self) { group -> [Int: String] in
      for (index, body) in bodies.enumerated() {
        group.addTask { (index, await server.answer(body, request: index)) }
      }
      var answers: [Int: String] = [:]
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    for index in bodies.indices { print(answers[index] ?? "") }
  }
}

/// Immutable, so that all requests share it.
struct Server: Sendable {
  let model: Model
  let classifier: ZeroShotClassifier

  /// Reads the labels' vectors where they are stored, and computes and stores them elsewhere.
  init(model name: String, labels: [String], store: String) async throws {
    model = try await Model.load(name)
    do {
      classifier = try ZeroShotClassifier(
        Embeddings(contentsOf: store), logitScale: model.logitScale ?? 100)
    } catch let error as InputError where error.problem == .missing {
      classifier = try await model.zeroShotClassifier(labels: labels)
      try classifier.embeddings.write(to: store)
    }
  }

  /// The status and text of a reply. Nothing in it keeps Swift's own threads busy.
  func answer(_ body: Data, request: Int) async -> String {
    do {
      let image = try await Image.decoded(body, name: "request \(request)")
      let best = try classifier.classify(await model.embed(image), top: 1)[0]
      return "200 \(best.label)"
    } catch let error as InputError {
      // What the client sent.
      return "400 \(error)"
    } catch {
      return "500 \(error)"
    }
  }
}
