#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A name in a folder.
package struct FolderEntry: Sendable, Equatable {
  /// As `SystemName` has it.
  package let name: String

  /// What a folder holds but `.` and `..`, in the order of the names' bytes, so that what is done
  /// with them does not depend on the file system.
  ///
  /// - Complexity: O(*n* log *n*) and the memory of the names.
  package static func all(in folder: String) throws(SystemError) -> [FolderEntry] {
    guard let stream = folder.withSystemName({ opendir($0) }) else {
      throw SystemError(folder, .opened)
    }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while true {
      // The end and an error look the same but for the code.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { name in
          FolderEntry(name: SystemName.text(cString: name))
        }
      }
      if found.name != "." && found.name != ".." { entries.append(found) }
    }
    guard errno == 0 else { throw SystemError(folder, .read) }
    return entries.sorted { SystemName.precedes($0.name, $1.name) }
  }

  /// The names in a folder; none where it cannot be read.
  package static func names(in folder: String) -> [String] {
    ((try? all(in: folder)) ?? []).map(\.name)
  }
}
