#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Environment {
  /// A variable that names a path, or nil: `~`, `~user`, `$NAME` and `${NAME}` are expanded, which no
  /// shell does for what a service, a container or a file of settings sets.
  package static func path(_ name: String) -> String? { self[name].map(expanded) }

  /// The home of the user: `HOME`, else what the system says.
  package static var home: String? {
    self["HOME"] ?? getpwuid(getuid()).flatMap { $0.pointee.pw_dir.flatMap(text) }
  }

  /// As Python's `os.path.expandvars(os.path.expanduser(path))`: what is not known stays as it is.
  package static func expanded(_ path: String) -> String {
    withVariables(withHome(path))
  }

  private static func withHome(_ path: String) -> String {
    guard path.utf8.first == UInt8(ascii: "~") else { return path }
    let user = path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }
    let found =
      user.isEmpty
      ? home : getpwnam(String(Substring(user))).flatMap { $0.pointee.pw_dir.flatMap(text) }
    guard var home = found else { return path }
    while home.utf8.last == UInt8(ascii: "/") { home.removeLast() }
    let whole = home + String(Substring(path.utf8.dropFirst(1 + user.count)))
    return whole.isEmpty ? "/" : whole
  }

  /// Values are put in as they are: what stands in them is not expanded again.
  private static func withVariables(_ path: String) -> String {
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "$"), let (name, end) = variable(in: bytes, after: place),
        let value = self[name]
      {
        result += Array(value.utf8)
        place = end
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The name that follows a dollar sign, and where it ends.
  private static func variable(in bytes: [UInt8], after dollar: Int) -> (name: String, end: Int)? {
    let rest = bytes[(dollar + 1)...]
    if rest.first == UInt8(ascii: "{") {
      guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
      return (String(decoding: bytes[(dollar + 2)..<close], as: UTF8.self), close + 1)
    }
    let name = rest.prefix {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || $0 == UInt8(ascii: "_")
    }
    return name.isEmpty ? nil : (String(decoding: name, as: UTF8.self), name.endIndex)
  }
}
