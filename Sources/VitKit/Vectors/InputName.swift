import VitJSON
import VitSystem

/// How machine formats name an input, which is a path, a member of an archive or a text and need not be
/// UTF-8 (`SystemName`): `"input"` with U+FFFD for what is none, and then `"input_bytes"`, the name's
/// bytes in base64.
extension JSONValue {
  package static func input(_ name: String) -> [(key: String, value: JSONValue)] {
    Self.name(name, key: "input")
  }

  /// As `input`, of a name called `key`.
  package static func name(_ name: String, key: String) -> [(key: String, value: JSONValue)] {
    let member = (key: key, value: JSONValue.string(SystemName.repaired(name)))
    guard SystemName.unicode(name) == nil else { return [member] }
    return [member, ("\(key)_bytes", .string(Base64.text(SystemName.bytes(name))))]
  }

  /// Names in an array called `key`; where one is not UTF-8 also `KEY_bytes`, each name's bytes in
  /// base64 or null where the name says all.
  package static func names(_ names: [String], key: String) -> [(key: String, value: JSONValue)] {
    let member = (
      key: key, value: JSONValue.array(names.map { .string(SystemName.repaired($0)) })
    )
    guard names.contains(where: { SystemName.unicode($0) == nil }) else { return [member] }
    let bytes = names.map { name -> JSONValue in
      SystemName.unicode(name) == nil ? .string(Base64.text(SystemName.bytes(name))) : .null
    }
    return [member, ("\(key)_bytes", .array(bytes))]
  }

  /// The names of two such arrays; those that are not there or no text are left out.
  package static func names(_ names: JSONValue?, bytes: JSONValue?) -> [String] {
    let bytes = bytes?.array ?? []
    return (names?.array ?? []).enumerated().compactMap { index, name in
      if index < bytes.count, let text = bytes[index].string {
        return Base64.bytes(text).map { SystemName.text($0) }
      }
      return name.string.map { SystemName.text($0.utf8) }
    }
  }

  /// The input that an object names, as `SystemName` has it; nil where it names none.
  package var input: String? {
    guard let input = self["input"]?.string else { return nil }
    guard let bytes = self["input_bytes"] else { return SystemName.text(input.utf8) }
    return bytes.string.flatMap(Base64.bytes).map { SystemName.text($0) }
  }
}
