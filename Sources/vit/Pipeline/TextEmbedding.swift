import VitKit
import VitModel
import VitSystem

/// Embeds texts, 64 at a time.
struct TextEmbedding {
  let model: Model
  let normalized: Bool
  let writer: any VectorWriter
  let report: WorkReport

  /// Writes a vector for each text, in order; a text that is cut to the model's context is told.
  ///
  /// - Throws: `CommandFailure` where the model takes no texts or a vector holds what is no number.
  func run(_ texts: [String]) throws {
    for start in stride(from: 0, to: texts.count, by: 64) where !Interrupt.isRequested {
      let chunk = Array(texts[start..<min(start + 64, texts.count)])
      do {
        try embed(chunk)
      } catch let error as ModelError {
        throw CommandFailure(.unusable, "\(error)")
      }
      report.add(texts: chunk.count)
    }
  }

  private func embed(_ texts: [String]) throws {
    let ids = try texts.map { text in
      let encoding = try model.tokenize(text)
      if encoding.truncated {
        report.console.warning(
          "\(text.prefix(40))…: cut to the \(encoding.ids.count) tokens of the model")
      }
      return encoding.ids
    }
    let vectors = try report.times.encode.measure {
      try model.embed(ids: ids, normalized: normalized)
    }
    for (text, vector) in zip(texts, vectors) {
      try writer.append(input: SystemName.text(text.utf8), result: .success(vector))
    }
    report.times.noteResult()
  }
}
