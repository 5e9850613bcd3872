#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The images in a folder and the folders below it, in the order of the paths' bytes.
///
/// A file is an image where its name ends in `.jpg`, `.jpeg` or `.png`, in any case; others are only
/// counted. Each folder is read once, however many symbolic links lead to it.
struct FolderWalk {
  private struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  private(set) var inputs: [ImageInput] = []
  private(set) var otherFiles = 0
  private(set) var imageCount = 0
  private var visited: Set<Identity> = []
  private var ancestors: [Identity] = []
  /// Links are followed after the folders themselves, so that an image is found under its own name.
  private var links: [(path: String, ancestors: [Identity])] = []

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
    guard case .folder(let device, let number) = FileKind(path: folder) else { return }
    let identity = Identity(device: device, number: number)
    if ancestors.contains(identity) {
      inputs.append(.failed(folder, "a symbolic link to a folder above it; mend the link"))
      return
    }
    guard visited.insert(identity).inserted else { return }
    guard let stream = opendir(folder) else {
      inputs.append(.failed(folder, FileKind.reason(errno, path: folder)))
      return
    }
    defer { closedir(stream) }
    ancestors.append(identity)
    defer { ancestors.removeLast() }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var folders: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { bytes in
          (String(cString: bytes), String(validatingCString: bytes) != nil)
        }
      }
      if name.0 == "." || name.0 == ".." { continue }
      classify(prefix + name.0, name: name.0, isUnicode: name.1, folders: &folders)
    }
    for folder in folders { walk(folder) }
  }

  private mutating func classify(
    _ path: String, name: String, isUnicode: Bool, folders: inout [String]
  ) {
    guard isUnicode else {
      if Self.isImageName(name) {
        inputs.append(.failed(path, "the name is not UTF-8; rename the file"))
      } else {
        otherFiles += 1
      }
      return
    }
    switch FileKind(path: path) {
    case .folder:
      var status = stat()
      if lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK {
        links.append((path, ancestors))
      } else {
        folders.append(path)
      }
    case .regular where Self.isImageName(name):
      imageCount += 1
      inputs.append(ImageInput(name: path, source: .file))
    case .unusable(let reason) where Self.isImageName(name):
      inputs.append(.failed(path, reason))
    default: otherFiles += 1
    }
  }
}
