import VitKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies at a path.
enum FileKind {
  case regular
  case folder(device: UInt64, number: UInt64)
  /// Not to be opened; the text says why, and what to do.
  case unusable(String)

  init(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .unusable(Self.reason(errno, path: path))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR:
      self = .folder(
        device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
    // Opening one would wait for a writer, perhaps for ever.
    case S_IFIFO: self = .unusable("a named pipe; feed its bytes to - on standard input")
    case S_IFSOCK: self = .unusable("a socket; name an image file")
    default: self = .unusable("a device; name an image file")
    }
  }

  static func reason(_ code: Int32, path: String) -> String {
    switch code {
    case ENOENT:
      var link = stat()
      return lstat(path, &link) == 0
        ? "a symbolic link to nothing; mend the link" : "does not exist; check the name"
    case ELOOP: return "symbolic links that go round in a circle; mend the links"
    case EACCES, EPERM:
      return "cannot be read (\(SystemError(code).reason)); change its permissions"
    case ENOTDIR: return "does not exist; a part of the path is not a folder"
    case ENAMETOOLONG: return "the name is too long for the file system; check the name"
    default: return "cannot be read (\(SystemError(code).reason)); check the file"
    }
  }
}
