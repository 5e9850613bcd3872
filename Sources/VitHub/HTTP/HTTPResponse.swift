import VitSystem

/// What a server answered, without the body.
struct HTTPResponse {
  let url: String
  var status = 0
  /// By lower-case name; of a name that comes twice the last counts.
  private(set) var headers: ExactDictionary<String> = [:]

  init(url: String) { self.url = url }

  subscript(name: String) -> String? { headers[name] }

  var isSuccess: Bool { (200..<300).contains(status) }
  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

  /// The length that was announced for the body.
  var contentLength: Int? { self["content-length"].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 } }

  /// The first byte and the whole size that a 206 answer names: `bytes 100-199/200`.
  var contentRange: (start: Int, total: Int)? {
    guard let value = self["content-range"], value.hasPrefix("bytes ") else { return nil }
    let parts = value.dropFirst("bytes ".count).split(separator: "/")
    guard parts.count == 2, let total = Int(parts[1]),
      let start = parts[0].split(separator: "-").first.flatMap({ Int($0) })
    else { return nil }
    return (start, total)
  }

  /// Takes one line as it came: a status line begins anew, as after `100 Continue`.
  mutating func receive(line bytes: UnsafeRawBufferPointer) {
    // No header that is asked for is longer, the addresses that a redirect signs included.
    guard bytes.count <= 1 << 14 else { return }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers = [:]
      let words = line.split(separator: " ", maxSplits: 2)
      status = words.count > 1 ? Int(words[1].prefix { $0.isNumber }) ?? 0 : 0
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    headers[line[..<colon].lowercased()] = String(
      line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        .reversed().drop { $0.isWhitespace }.reversed())
  }
}
