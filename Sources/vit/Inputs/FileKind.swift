import VitSystem

/// What lies at a path.
enum FileKind {
  case regular
  case folder(FileStatus.Identity)
  /// Not to be opened; the text says why, and what to do.
  case unusable(String)

  init(path: String) {
    let status: FileStatus
    do { status = try FileStatus(path) } catch {
      self = .unusable(Self.reason(error))
      return
    }
    switch status.kind {
    case .regular: self = .regular
    case .folder: self = .folder(status.identity)
    // Opening one would wait for a writer, perhaps for ever.
    case .fifo: self = .unusable("a named pipe; feed its bytes to - on standard input")
    case .socket: self = .unusable("a socket; name an image file")
    case .device, .symbolicLink: self = .unusable("a device; name an image file")
    }
  }

  /// Why the system refused a path, with the remedy.
  static func reason(_ error: SystemError) -> String {
    switch error.code {
    case .noSuchFileOrDirectory:
      FileSystem.hasEntry(error.path)
        ? "a symbolic link to nothing; mend the link" : "does not exist; check the name"
    case .tooManySymbolicLinkLevels:
      "symbolic links that go round in a circle; mend the links"
    case .permissionDenied, .notPermitted:
      "cannot be read (\(error.reason)); change its permissions"
    case .notDirectory: "does not exist; a part of the path is not a folder"
    case .fileNameTooLong: "the name is too long for the file system; check the name"
    default: "cannot be read (\(error.reason)); check the file"
    }
  }

  /// How the command ends where a file that it needs cannot be opened.
  static func exitStatus(_ error: SystemError) -> ExitStatus {
    switch error.code {
    case .noSuchFileOrDirectory, .notDirectory: .missing
    default: .unusable
    }
  }
}
