#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The images that the arguments and a list name, in that order.
final class InputSource {
  private let console: Console
  private var pending: [Input] = []
  private var position = 0
  private var list: InputList?

  init(arguments: [String], console: Console) {
    self.console = console
    for argument in arguments {
      if argument == "-" {
        pending.append(Input(name: "-", source: .standardInput))
      } else {
        pending += expand(argument)
      }
    }
  }

  /// Those inputs alone.
  init(_ inputs: [Input], console: Console) {
    (pending, self.console) = (inputs, console)
  }

  /// All that are left, in order.
  func all() throws -> [Input] {
    var inputs: [Input] = []
    while case let more = try next(1 << 16, waits: true), !more.isEmpty { inputs += more }
    return inputs
  }

  /// - Parameter streams: keep the list open and read it as its entries are asked for.
  func append(_ list: InputList, streams: Bool) throws {
    if streams {
      self.list = list
    } else {
      while let entry = try list.next(waits: true) { pending += expand(entry) }
    }
  }

  /// How many there are, or nil where a list is still being read.
  var total: Int? { list == nil ? pending.count : nil }

  /// Up to `count` inputs: it waits for the first if `waits`, and takes more only if they are there
  /// already, so that whoever feeds a pipe gets an answer to each line. Empty at the end.
  func next(_ count: Int, waits: Bool) throws -> [Input] {
    while position == pending.count, let list {
      guard let entry = try list.next(waits: waits) else { break }
      (pending, position) = (expand(entry), 0)
    }
    while let list, pending.count - position < count, let entry = try list.next(waits: false) {
      pending += expand(entry)
    }
    let end = min(position + count, pending.count)
    defer { position = end }
    return Array(pending[position..<end])
  }

  private func expand(_ path: String) -> [Input] {
    switch FileKind(path: path) {
    case .regular: return [Input(name: path, source: .file)]
    case .folder:
      let walk = FolderWalk(folder: path)
      if walk.otherFiles > 0 {
        console.notice("\(path): \(walk.imageCount) images, \(walk.otherFiles) other files")
      }
      return walk.inputs
    case .unusable(let reason):
      if access(path, F_OK) != 0, let matches = Self.glob(path) { return matches.flatMap(expand) }
      return [.failed(path, reason)]
    }
  }

  /// What a pattern that the shell left alone stands for, in the order of bytes; nil if `pattern`
  /// is none or nothing matches.
  private static func glob(_ pattern: String) -> [String]? {
    guard pattern.contains(where: { "*?[".contains($0) }) else { return nil }
    var result = glob_t()
    defer { globfree(&result) }
    #if canImport(Darwin)
      let status = Darwin.glob(pattern, GLOB_NOSORT, nil, &result)
    #elseif canImport(Musl)
      let status = Musl.glob(pattern, GLOB_NOSORT, nil, &result)
    #else
      let status = Glibc.glob(pattern, GLOB_NOSORT, nil, &result)
    #endif
    guard status == 0, let paths = result.gl_pathv else { return nil }
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
