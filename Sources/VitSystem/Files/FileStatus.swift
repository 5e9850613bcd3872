#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system knows of a file without opening it (`stat`).
package struct FileStatus: Sendable {
  package enum Kind: Sendable {
    case regular, folder, symbolicLink, fifo, socket, device
  }

  /// The same for all names of a file, and different for different files, while it exists.
  package struct Identity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
  }

  package let kind: Kind
  /// Bytes; what the system says of `/proc`'s files is 0.
  package let size: Int
  package let identity: Identity
  /// When its content was changed last, in microseconds since 1970.
  package let modified: Int
  /// Who may read, write and execute: the nine lowest bits of the mode.
  package let permissions: UInt16

  /// - Parameter followsLinks: false to learn of a symbolic link itself.
  package init(_ path: String, followsLinks: Bool = true) throws(SystemError) {
    var status = stat()
    // C would cut the path at a NUL, and find another file.
    guard !path.utf8.contains(0) else {
      throw SystemError(path, .examined, code: .noSuchFileOrDirectory)
    }
    let result = path.withSystemName { path in
      followsLinks ? stat(path, &status) : lstat(path, &status)
    }
    guard result == 0 else {
      throw SystemError(path, .examined)
    }
    self.init(status)
  }

  /// - Parameter name: for errors.
  init(descriptor: Int32, name: String) throws(SystemError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError(name, .examined) }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .device
      }
    size = Int(status.st_size)
    identity = Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
    permissions = UInt16(status.st_mode & 0o777)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
  }
}
