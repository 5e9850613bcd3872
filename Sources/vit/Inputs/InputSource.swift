import VitImage
import VitKit
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
  private let rules: FileRules
  private var pending: [Entry] = []
  private var position = 0
  private var list: LineReader?
  private var archive: ArchiveOfImages?
  private var progress = ArchiveProgress()
  private var given = 0
  /// Those that are of no archive; counted where no list adds others.
  private lazy var plainImages = pending.count { entry in
    if case .image = entry { true } else { false }
  }
  private var plainImagesGiven = 0

  init(arguments: [String], rules: FileRules = FileRules(), console: Console) {
    self.console = console
    self.rules = rules
    for argument in arguments {
      if argument.isExactly("-") {
        pending.append(.image(.standardInput))
      } else {
        pending += expand(argument)
      }
    }
  }

  /// Only the inputs given.
  init(_ inputs: [ImageInput], console: Console) {
    (pending, self.console, rules) = (inputs.map { .image($0) }, console, FileRules())
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
  func append(_ list: LineReader, streams: Bool) throws {
    if streams {
      self.list = list
    } else {
      while let line = try list.next() { pending += expand(line, of: list) }
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

  /// `total`, or while archives are gone through what is told by how much of them is left; nil where a
  /// list is still to be read.
  var estimatedTotal: ProgressBar.Total? {
    if let total { return ProgressBar.Total(count: total) }
    guard list == nil, let left = progress.imagesLeft(after: archive) else { return nil }
    return ProgressBar.Total(
      count: given + left + plainImages - plainImagesGiven, isEstimate: true)
  }

  /// Up to `count` inputs: it waits for the first if `waits`, and takes more only if they are there
  /// already, so that whoever feeds a pipe gets an answer to each line. Empty at the end.
  func next(_ count: Int, waits: Bool) throws -> [ImageInput] {
    var inputs: [ImageInput] = []
    while inputs.count < count, let input = try nextPending(waits: waits && inputs.isEmpty) {
      inputs.append(input)
    }
    given += inputs.count
    if progress.hasArchives { console.expectProgress(estimatedTotal) }
    return inputs
  }

  private func nextPending(waits: Bool) throws -> ImageInput? {
    while true {
      if let image = archive?.next() { return ImageInput(image) }
      if let archive {
        if let summary = archive.summary {
          console.notice("\(archive.path): \(counted(archive.imageCount, "image")), \(summary)")
        }
        progress.finish(archive)
        self.archive = nil
      }
      while position == pending.count, let list {
        guard let line = try list.next(waits: waits) else { return nil }
        (pending, position) = (expand(line, of: list), 0)
      }
      guard position < pending.count else { return nil }
      defer { position += 1 }
      switch pending[position] {
      case .image(let input):
        plainImagesGiven += 1
        return input
      case .archive(let path): archive = ArchiveOfImages(path: path, passesOver: rules.passesOver)
      }
    }
  }

  private func archive(_ path: String) -> Entry {
    progress.add(path)
    return .archive(path: path)
  }

  /// A list holds names: nothing in them is a pattern, and each line is answered.
  private func expand(_ line: LineReader.Line, of list: LineReader) -> [Entry] {
    if line.bytes.isEmpty {
      return [
        .image(
          .failed("", "\(list.name): \(list.unit) \(line.number) is empty; give a path a line"))
      ]
    }
    return expand(SystemName.text(line.bytes), isPattern: false)
  }

  /// - Parameter isPattern: whether it may be one that the shell left as it is.
  private func expand(_ path: String, isPattern: Bool = true) -> [Entry] {
    switch FileKind(path: path) {
    case .regular:
      if TarArchive.isName(path) { return [archive(path)] }
      if FileRules.isCompressedArchive(path) {
        return [
          .image(
            .failed(
              path,
              "a compressed archive, whose members cannot be found without unpacking it; "
                + "decompress it to a .tar first, as with gunzip --keep"))
        ]
      }
      return [.image(.file(path))]
    case .folder:
      let walk = FolderWalk(folder: path, rules: rules)
      if let summary = walk.summary { console.notice("\(path): \(summary)") }
      return walk.inputs.map { .image($0) } + walk.archives.map { archive($0) }
    case .unusable(let reason):
      if isPattern, !FileSystem.hasEntry(path),
        let matches = BraceNotation(path)?.names ?? Self.glob(path)
      {
        return matches.flatMap { expand($0, isPattern: false) }
      }
      return [.image(.failed(path, reason))]
    }
  }

  /// The paths that match a pattern which the shell left as it is, in the order of their bytes; nil
  /// where `pattern` has no wildcard or nothing matches.
  private static func glob(_ pattern: String) -> [String]? {
    guard pattern.utf8.contains(where: { "*?[".utf8.contains($0) }) else { return nil }
    let paths = FileSystem.paths(matching: pattern)
    return paths.isEmpty ? nil : paths
  }
}
