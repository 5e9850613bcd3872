import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The settings that `huggingface_hub` takes from the environment (its `constants.py`).
enum HubEnvironment {
  /// Unset and empty are the same.
  static func value(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  static var isOffline: Bool {
    isTrue(value("HF_HUB_OFFLINE") ?? value("TRANSFORMERS_OFFLINE"))
  }

  /// `HF_TOKEN`, or what `hf auth login` stored. A token with a line end or another control
  /// character would end the header it is sent in, and is none.
  static var token: String? {
    if let token = clean(value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN")) { return token }
    if isTrue(value("HF_HUB_DISABLE_IMPLICIT_TOKEN")) { return nil }
    let path = value("HF_TOKEN_PATH") ?? "\(ModelLocation.hubHome)/token"
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    return clean(String(decoding: bytes[..<count], as: UTF8.self))
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
