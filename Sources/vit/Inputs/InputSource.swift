import VitSystem

/// The images that the arguments and a list name, in that order. Archives are read as their images
/// are asked for.
final class InputSource {
  /// What an argument or a line of a list stands for.
  private enum Entry {
    case image(ImageInput)
    /// A tar archive, whose images take its place when it is reached.
    case archive(path: String)
  }

  private let console: Console
  private var pending: [Entry] = []
  private var position = 0
  private var list: InputList?
  private var archive: ArchiveWalk?

  init(arguments: [String], console: Console) {
    self.console = console
    for argument in arguments {
      if argument == "-" {
        pending.append(.image(ImageInput(name: "-", source: .standardInput)))
      } else {
        pending += expand(argument)
      }
    }
  }

  /// Only the inputs given.
  init(_ inputs: [ImageInput], console: Console) {
    (pending, self.console) = (inputs.map { .image($0) }, console)
  }

  /// The inputs that are left, in order; reads the whole list and all archives.
  func all() throws -> [ImageInput] {
    var inputs: [ImageInput] = []
    while case let more = try next(1 << 16, waits: true), !more.isEmpty { inputs += more }
    return inputs
  }

  /// Adds what the entries of a list name.
  ///
  /// - Parameter streams: whether to read the list as its entries are asked for, not all at once.
  /// - Throws: `CommandFailure` where the list cannot be read.
  func append(_ list: InputList, streams: Bool) throws {
    if streams {
      self.list = list
    } else {
      while let entry = try list.next(waits: true) { pending += expand(entry) }
    }
  }

  /// How many there are, or nil where a list or an archive is still to be read.
  var total: Int? {
    guard list == nil, archive == nil else { return nil }
    let hasArchive = pending.contains { entry in
      if case .archive = entry { true } else { false }
    }
    return hasArchive ? nil : pending.count
  }

  /// Up to `count` inputs: it waits for the first if `waits`, and takes more only if they are there
  /// already, so that whoever feeds a pipe gets an answer to each line. Empty at the end.
  func next(_ count: Int, waits: Bool) throws -> [ImageInput] {
    var inputs: [ImageInput] = []
    while inputs.count < count, let input = try nextPending(waits: waits && inputs.isEmpty) {
      inputs.append(input)
    }
    return inputs
  }

  private func nextPending(waits: Bool) throws -> ImageInput? {
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
      switch pending[position] {
      case .image(let input): return input
      case .archive(let path): archive = ArchiveWalk(path: path)
      }
    }
  }

  private func expand(_ path: String) -> [Entry] {
    if path.isEmpty { return [.image(.failed(path, "an empty line; give a path"))] }
    switch FileKind(path: path) {
    case .regular:
      if path.lowercased().hasSuffix(".tar") { return [.archive(path: path)] }
      return [.image(ImageInput(name: path, source: .file))]
    case .folder:
      let walk = FolderWalk(folder: path)
      if walk.otherFiles > 0 {
        console.notice("\(path): \(walk.imageCount) images, \(walk.otherFiles) other files")
      }
      return walk.inputs.map { .image($0) }
    case .unusable(let reason):
      if !FileSystem.exists(path), let matches = Self.glob(path) { return matches.flatMap(expand) }
      let isRepaired = path.contains("\u{FFFD}")
      return [.image(.failed(path, isRepaired ? "its name is not UTF-8; rename the file" : reason))]
    }
  }

  /// The paths that match a pattern which the shell left as it is, in the order of their bytes; nil
  /// where `pattern` has no wildcard or nothing matches.
  private static func glob(_ pattern: String) -> [String]? {
    guard pattern.contains(where: { "*?[".contains($0) }) else { return nil }
    let paths = FileSystem.paths(matching: pattern)
    return paths.isEmpty ? nil : paths
  }
}
