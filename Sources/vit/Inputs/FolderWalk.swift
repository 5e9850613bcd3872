import VitImage
import VitSystem

/// The images in a folder and the folders below it, in the order of the paths' bytes; where there are
/// none, but tar archives, those: a folder of shards.
///
/// Which names are images' `FileRules` says; others are only counted. Each folder is read once, however
/// many symbolic links lead to it.
struct FolderWalk {
  private(set) var inputs: [ImageInput] = []
  /// In the order of the paths' bytes; empty where there are images.
  private(set) var archives: [String] = []
  private(set) var imageCount = 0
  private(set) var otherFiles = 0
  /// Files and folders that are hidden, or caches; and those that `--exclude` names.
  private(set) var hiddenEntries = 0
  private(set) var excludedEntries = 0
  private let rules: FileRules
  private var visited: Set<FileStatus.Identity> = []
  private var ancestors: [FileStatus.Identity] = []
  /// Links are followed after the folders themselves, so that an image is found under its own name.
  private var links: [Place] = []

  private struct Place {
    let path: String
    /// Below the folder that was named; ends in `/` unless it is that.
    let below: String
    var ancestors: [FileStatus.Identity] = []
  }

  init(folder: String, rules: FileRules = FileRules()) {
    self.rules = rules
    walk(Place(path: folder, below: ""))
    while let link = links.popLast() {
      ancestors = link.ancestors
      walk(link)
    }
    inputs.sort { SystemName.precedes($0.name, $1.name) }
    archives.sort(by: SystemName.precedes)
    if imageCount > 0 || !inputs.isEmpty {
      otherFiles += archives.count
      archives = []
    } else if archives.isEmpty {
      inputs = [
        .failed(
          folder,
          "a folder without images (\(ImageFormat.patterns) …) or tar archives (\(found)); "
            + (hiddenEntries > 0 ? "name another, or give --hidden" : "name another"))
      ]
    }
  }

  /// `6 images, 2 other files, 1 hidden`; nil where there are images or archives alone.
  var summary: String? {
    guard otherFiles + hiddenEntries + excludedEntries > 0 else { return nil }
    let first =
      archives.isEmpty ? counted(imageCount, "image") : counted(archives.count, "tar archive")
    return "\(first), \(found)"
  }

  private var found: String {
    var counts: [String] = []
    if otherFiles > 0 { counts.append(counted(otherFiles, "other file")) }
    if hiddenEntries > 0 { counts.append("\(hiddenEntries) hidden") }
    if excludedEntries > 0 { counts.append("\(excludedEntries) excluded") }
    return counts.isEmpty ? "it is empty" : counts.joined(separator: ", ")
  }

  private mutating func walk(_ folder: Place) {
    guard case .folder(let identity) = FileKind(path: folder.path) else { return }
    if ancestors.contains(identity) {
      inputs.append(.failed(folder.path, "a symbolic link to a folder above it; mend the link"))
      return
    }
    guard visited.insert(identity).inserted else { return }
    let entries: [FolderEntry]
    do { entries = try FolderEntry.all(in: folder.path) } catch {
      inputs.append(.failed(folder.path, FileKind.reason(error)))
      return
    }
    ancestors.append(identity)
    defer { ancestors.removeLast() }
    let prefix = folder.path.endsExactly("/") ? folder.path : folder.path + "/"
    var folders: [Place] = []
    for entry in entries {
      if rules.hides(entry.name) {
        hiddenEntries += 1
      } else if rules.excludes(folder.below + entry.name) {
        excludedEntries += 1
      } else {
        sort(
          entry, at: Place(path: prefix + entry.name, below: folder.below + entry.name + "/"),
          folders: &folders)
      }
    }
    for folder in folders { walk(folder) }
  }

  private mutating func sort(_ entry: FolderEntry, at place: Place, folders: inout [Place]) {
    switch FileKind(path: place.path) {
    case .folder:
      if (try? FileStatus(place.path, followsLinks: false))?.kind == .symbolicLink {
        links.append(Place(path: place.path, below: place.below, ancestors: ancestors))
      } else {
        folders.append(place)
      }
    case .regular where ImageFormat.isName(entry.name):
      imageCount += 1
      inputs.append(.file(place.path))
    case .regular where TarArchive.isName(entry.name): archives.append(place.path)
    case .unusable(let reason) where ImageFormat.isName(entry.name):
      inputs.append(.failed(place.path, reason))
    default: otherFiles += 1
    }
  }
}
