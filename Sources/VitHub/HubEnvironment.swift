import VitKit
import VitSystem

/// The settings that `huggingface_hub` takes from the environment (its `constants.py`).
enum HubEnvironment {
  static var isOffline: Bool {
    isTrue(Environment["HF_HUB_OFFLINE"] ?? Environment["TRANSFORMERS_OFFLINE"])
  }

  /// `HF_TOKEN`, or what `hf auth login` stored. A token with a line end or another control
  /// character would end the header it is sent in, and is none.
  static var token: String? {
    if let token = clean(Environment["HF_TOKEN"] ?? Environment["HUGGING_FACE_HUB_TOKEN"]) {
      return token
    }
    if isTrue(Environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"]) { return nil }
    let path = Environment.path("HF_TOKEN_PATH") ?? "\(ModelLocation.hubHome)/token"
    guard let bytes = try? RegularFile(path).read(at: 0, count: 4096) else { return nil }
    return clean(String(decoding: bytes, as: UTF8.self))
  }

  static func isTrue(_ value: String?) -> Bool {
    ["1", "on", "yes", "true"].contains(value?.lowercased())
  }

  private static func clean(_ token: String?) -> String? {
    guard let token else { return nil }
    let trimmed = token.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
    guard !trimmed.isEmpty, String(trimmed).utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      return nil
    }
    return String(trimmed)
  }
}
