#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies in a folder.
enum FolderFiles {
  /// Whether something has this name, be it a link to nothing.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The names of its entries, in no order; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes the folder where there is none; the one above it must be there.
  ///
  /// - Throws: `VectorFolderError.cannotWrite`.
  static func make(_ folder: String) throws {
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw AtomicFile.failure(folder) }
    var status = stat()
    guard stat(folder, &status) == 0 else { throw AtomicFile.failure(folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw VectorFolderError.cannotWrite(
        path: folder, reason: "not a folder", remedy: "choose another name")
    }
  }
}
