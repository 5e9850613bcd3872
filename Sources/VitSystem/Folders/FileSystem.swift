#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is done with a path rather than with an open file.
package enum FileSystem {
  /// Whether something is there; a symbolic link to nothing is not.
  package static func exists(_ path: String) -> Bool {
    path.withSystemName { access($0, F_OK) } == 0
  }

  /// Whether something is there, be it a symbolic link to nothing.
  package static func hasEntry(_ path: String) -> Bool {
    (try? FileStatus(path, followsLinks: false)) != nil
  }

  package static func isFolder(_ path: String) -> Bool {
    (try? FileStatus(path))?.kind == .folder
  }

  /// Gives a file or folder another name, in one step; a file or an empty folder of that name is
  /// replaced.
  package static func rename(_ path: String, to target: String) throws(SystemError) {
    guard systemRename(path, target) == 0 else { throw SystemError(target, .renamed) }
  }

  /// Removes a file, or a symbolic link, if it is there and may be removed.
  package static func remove(_ path: String) { _ = path.withSystemName { unlink($0) } }

  /// Removes a folder, if it is there, empty, and may be removed.
  static func removeFolder(_ path: String) { _ = path.withSystemName { rmdir($0) } }

  /// Removes a file, a symbolic link (not what it leads to), or a folder with all that is in it.
  ///
  /// - Returns: the bytes of the files.
  @discardableResult
  package static func removeAll(_ path: String) throws(SystemError) -> Int {
    let status = try FileStatus(path, followsLinks: false)
    guard status.kind == .folder else {
      guard unlink(path) == 0 else { throw SystemError(path, .removed) }
      return status.kind == .regular ? status.size : 0
    }
    var bytes = 0
    for entry in try FolderEntry.all(in: path) { bytes += try removeAll("\(path)/\(entry.name)") }
    guard rmdir(path) == 0 else { throw SystemError(path, .removed) }
    return bytes
  }

  /// Makes a folder within one that is there.
  ///
  /// - Parameter permissions: less what the process's mask takes away.
  package static func makeFolder(
    _ path: String, permissions: UInt16 = 0o777
  ) throws(SystemError) {
    guard path.withSystemName({ mkdir($0, mode_t(permissions)) }) == 0 else {
      throw SystemError(path, .made)
    }
  }

  /// Makes a folder and those above it, as far as they are missing.
  package static func makeFolders(
    _ path: String, permissions: UInt16 = 0o777
  ) throws(SystemError) {
    if exists(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolders(String(path[..<slash]), permissions: permissions)
    }
    do throws(SystemError) {
      try makeFolder(path, permissions: permissions)
    } catch {
      // Another process may have made it meanwhile.
      guard error.code == .fileExists else { throw error }
    }
  }

  /// Makes a symbolic link, which takes the place of what has the name: the name never leads nowhere.
  ///
  /// - Parameter target: What the link holds, whether anything is there or not.
  package static func replaceBySymbolicLink(
    _ path: String, to target: String
  ) throws(SystemError) {
    let link = try TemporaryName.firstFree(for: path, mark: ".") {
      (link) throws(SystemError) in
      let result = target.withSystemName { target in link.withSystemName { symlink(target, $0) } }
      guard result == 0 else { throw SystemError(link, .made) }
      return link
    }
    do throws(SystemError) { try rename(link, to: path) } catch {
      remove(link)
      throw error
    }
  }

  /// The path without symbolic links, `.` and `..`; nil where nothing is there.
  package static func canonicalPath(_ path: String) -> String? {
    path.withSystemName { realpath($0, nil) }.map { pointer in
      defer { free(pointer) }
      return SystemName.text(cString: pointer)
    }
  }

  /// Bytes that a user may still write where `path` lies, or nil where that is not known.
  package static func freeSpace(at path: String) -> Int? {
    var status = statvfs()
    guard path.withSystemName({ statvfs($0, &status) }) == 0 else { return nil }
    let (bytes, isHuge) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return isHuge ? .max : bytes
  }

  /// The paths that a shell's pattern stands for (`*`, `?`, `[…]`), in the order of their bytes;
  /// empty where nothing matches.
  package static func paths(matching pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard pattern.withSystemName({ glob($0, GLOB_NOSORT, nil, &result) }) == 0,
      let paths = result.gl_pathv
    else {
      return []
    }
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { SystemName.text(cString: $0) } }
      .sorted(by: SystemName.precedes)
  }
}

/// `rename(2)`, which the method of that name hides.
private func systemRename(_ path: String, _ target: String) -> Int32 {
  path.withSystemName { path in target.withSystemName { rename(path, $0) } }
}
