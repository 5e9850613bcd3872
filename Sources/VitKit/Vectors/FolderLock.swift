#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps a second process from writing into a folder, until it is released or the process ends,
/// however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `VectorFolderError.cannotWrite` where another process holds it.
  init(_ folder: String) throws {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A file system without locks gives another error; the folder is then written without one.
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw VectorFolderError.cannotWrite(
        path: folder, reason: "another process is writing into it",
        remedy: "wait for it, or choose another folder")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
