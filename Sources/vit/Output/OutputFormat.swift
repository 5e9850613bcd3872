import ArgumentParser
import VitSystem

/// The forms that results take. Tables are for people and may change; the others are stable.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, jsonl, csv, npy, safetensors

  /// The form that a file's name asks for.
  init?(fileName: String) {
    let known = Self.endings.first { fileName.lowercased().endsExactly(".\($0.ending)") }
    guard let known else { return nil }
    self = known.format
  }

  /// What the names of files end in.
  static let endings: [(ending: String, format: OutputFormat)] = [
    ("json", .json), ("jsonl", .jsonl), ("ndjson", .jsonl), ("csv", .csv), ("npy", .npy),
    ("safetensors", .safetensors), ("txt", .table),
  ]
}
