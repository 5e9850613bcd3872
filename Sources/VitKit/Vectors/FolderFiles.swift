#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies in a folder.
enum FolderFiles {
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Names, in no order; none where it cannot be read.
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

  /// Makes the folder where there is none.
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

/// Keeps a second process from writing into a folder; the system lets go of it whatever ends the
/// process.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `VectorFolderError.cannotWrite` where another process holds it.
  init(_ folder: String) throws {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // File systems that know no locks are written without.
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw VectorFolderError.cannotWrite(
        path: folder, reason: "another process is writing into it",
        remedy: "wait for it, or choose another folder")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
