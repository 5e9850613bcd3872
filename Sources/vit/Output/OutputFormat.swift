import ArgumentParser

/// The forms that results take. Tables are for people and may change; the others are stable.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, jsonl, csv, npy, safetensors

  /// The form that a file's name asks for.
  init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "csv": self = .csv
    case "npy": self = .npy
    case "safetensors": self = .safetensors
    case "txt": self = .table
    default: return nil
    }
  }
}
