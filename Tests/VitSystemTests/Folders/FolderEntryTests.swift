import Foundation
import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct FolderEntryTests {
  @Test func entriesComeInTheOrderOfTheirBytes() throws {
    let folder = try ScratchFolder()
    for name in ["b", "a", "é", "B", ".hidden", "a.jpg", "10", "9"] { try folder.write(name, "") }
    try FileSystem.makeFolder(folder["a b"])
    let names = try FolderEntry.all(in: folder.path).map(\.name)
    #expect(names == [".hidden", "10", "9", "B", "a", "a b", "a.jpg", "b", "é"])
    #expect(FolderEntry.names(in: folder.path) == names)
  }

  @Test func namesThatAreNotUTF8AreKept() throws {
    let folder = try ScratchFolder()
    let name = Array(folder.path.utf8CString.dropLast()) + [0x2F, 0x61, CChar(bitPattern: 0xE9), 0]
    let descriptor = open(name, O_CREAT | O_WRONLY, 0o600)
    // File systems of macOS take no such name.
    guard descriptor >= 0 else { return }
    close(descriptor)
    defer { unlink(name) }
    let entries = try FolderEntry.all(in: folder.path)
    #expect(entries.map { SystemName.bytes($0.name) } == [[0x61, 0xE9]])
    #expect(FileSystem.exists(folder["\(entries[0].name)"]))
  }

  @Test func whatCannotBeReadIsAnErrorOrHasNoNames() throws {
    let folder = try ScratchFolder()
    try folder.write("file", "")
    #expect(throws: SystemError(folder["none"], .opened, code: .noSuchFileOrDirectory)) {
      try FolderEntry.all(in: folder["none"])
    }
    #expect(throws: SystemError(folder["file"], .opened, code: .notDirectory)) {
      try FolderEntry.all(in: folder["file"])
    }
    #expect(FolderEntry.names(in: folder["none"]) == [])
  }
}
