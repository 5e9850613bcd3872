#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The images that the arguments and a list name, in that order. Archives are read as their images
/// are asked for.
final class InputSource {
  private let console: Console
  private var pending: [Input] = []
  private var position = 0
  private var list: InputList?
  private var archive: ArchiveWalk?

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

  /// How many there are, or nil where a list or an archive is still to be read.
  var total: Int? {
    let isKnown = list == nil && archive == nil && !pending.contains { $0.isArchive }
    return isKnown ? pending.count : nil
  }

  /// Up to `count` inputs: it waits for the first if `waits`, and takes more only if they are there
  /// already, so that whoever feeds a pipe gets an answer to each line. Empty at the end.
  func next(_ count: Int, waits: Bool) throws -> [Input] {
    var inputs: [Input] = []
    while inputs.count < count, let input = try nextPending(waits: waits && inputs.isEmpty) {
      inputs.append(input)
    }
    return inputs
  }

  private func nextPending(waits: Bool) throws -> Input? {
    while true {
      if let input = archive?.next() { return input }
      if let archive {
        if archive.otherFiles > 0 {
          console.notice(
            "\(archive.path): \(archive.imageCount) images, \(archive.otherFiles) other files")
        }
        self.archive = nil
      }
      while position == pending.count, let list {
        guard let entry = try list.next(waits: waits, skipsEmpty: false) else { return nil }
        (pending, position) = (expand(entry), 0)
      }
      guard position < pending.count else { return nil }
      defer { position += 1 }
      guard pending[position].isArchive else { return pending[position] }
      archive = ArchiveWalk(path: pending[position].name)
    }
  }

  private func expand(_ path: String) -> [Input] {
    if path.isEmpty { return [.failed(path, "an empty line; give a path")] }
    switch FileKind(path: path) {
    case .regular:
      let isArchive = path.lowercased().hasSuffix(".tar")
      return [Input(name: path, source: isArchive ? .archive : .file)]
    case .folder:
      let walk = FolderWalk(folder: path)
      if walk.otherFiles > 0 {
        console.notice("\(path): \(walk.imageCount) images, \(walk.otherFiles) other files")
      }
      return walk.inputs
    case .unusable(let reason):
      if access(path, F_OK) != 0, let matches = Self.glob(path) { return matches.flatMap(expand) }
      let isRepaired = path.contains("\u{FFFD}")
      return [.failed(path, isRepaired ? "its name is not UTF-8; rename the file" : reason)]
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
