import VitSystem

/// The images in a folder and the folders below it, in the order of the paths' bytes.
///
/// A file is an image where its name ends in `.jpg`, `.jpeg` or `.png`, in any case; others are only
/// counted. Each folder is read once, however many symbolic links lead to it.
struct FolderWalk {
  private(set) var inputs: [ImageInput] = []
  private(set) var otherFiles = 0
  private(set) var imageCount = 0
  private var visited: Set<FileStatus.Identity> = []
  private var ancestors: [FileStatus.Identity] = []
  /// Links are followed after the folders themselves, so that an image is found under its own name.
  private var links: [(path: String, ancestors: [FileStatus.Identity])] = []

  init(folder: String) {
    walk(folder)
    while let link = links.popLast() {
      ancestors = link.ancestors
      walk(link.path)
    }
    inputs.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    if imageCount == 0 && inputs.isEmpty {
      let others = otherFiles == 0 ? "it is empty" : "\(otherFiles) other files"
      inputs = [
        .failed(folder, "a folder without *.jpg, *.jpeg or *.png (\(others)); name another")
      ]
    }
  }

  static func isImageName(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return [".jpg", ".jpeg", ".png"].contains { lowercased.hasSuffix($0) }
  }

  private mutating func walk(_ folder: String) {
    guard case .folder(let identity) = FileKind(path: folder) else { return }
    if ancestors.contains(identity) {
      inputs.append(.failed(folder, "a symbolic link to a folder above it; mend the link"))
      return
    }
    guard visited.insert(identity).inserted else { return }
    let entries: [FolderEntry]
    do { entries = try FolderEntry.all(in: folder) } catch {
      inputs.append(.failed(folder, FileKind.reason(error)))
      return
    }
    ancestors.append(identity)
    defer { ancestors.removeLast() }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var folders: [String] = []
    for entry in entries { classify(entry, at: prefix + entry.name, folders: &folders) }
    for folder in folders { walk(folder) }
  }

  private mutating func classify(
    _ entry: FolderEntry, at path: String, folders: inout [String]
  ) {
    guard entry.isUnicode else {
      if Self.isImageName(entry.name) {
        inputs.append(.failed(path, "the name is not UTF-8; rename the file"))
      } else {
        otherFiles += 1
      }
      return
    }
    switch FileKind(path: path) {
    case .folder:
      if (try? FileStatus(path, followsLinks: false))?.kind == .symbolicLink {
        links.append((path, ancestors))
      } else {
        folders.append(path)
      }
    case .regular where Self.isImageName(entry.name):
      imageCount += 1
      inputs.append(ImageInput(name: path, source: .file))
    case .unusable(let reason) where Self.isImageName(entry.name):
      inputs.append(.failed(path, reason))
    default: otherFiles += 1
    }
  }
}
