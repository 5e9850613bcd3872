import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct FileSystemTests {
  @Test func whatIsThere() throws {
    let folder = try ScratchFolder()
    try folder.write("file", "12345")
    try FileSystem.replaceBySymbolicLink(folder["link"], to: "file")
    try FileSystem.replaceBySymbolicLink(folder["dangling"], to: "none")
    #expect(FileSystem.exists(folder["file"]))
    #expect(FileSystem.exists(folder["link"]))
    #expect(!FileSystem.exists(folder["dangling"]))
    #expect(FileSystem.hasEntry(folder["dangling"]))
    #expect(!FileSystem.hasEntry(folder["none"]))
    #expect(FileSystem.isFolder(folder.path))
    #expect(!FileSystem.isFolder(folder["file"]))
    #expect(try FileStatus(folder["link"]).kind == .regular)
    #expect(try FileStatus(folder["link"], followsLinks: false).kind == .symbolicLink)
    #expect(try FileStatus(folder["link"]).size == 5)
    #expect(try FileStatus(folder["link"]).identity == FileStatus(folder["file"]).identity)
    #expect(try FileStatus(folder.path).identity != FileStatus(folder["file"]).identity)
    #expect(
      FileSystem.canonicalPath(folder["./link"]) == FileSystem.canonicalPath(folder["file"]))
    #expect(FileSystem.canonicalPath(folder["none"]) == nil)
    #expect(throws: SystemError(folder["file\0"], .examined, code: .noSuchFileOrDirectory)) {
      try FileStatus(folder["file\0"])
    }
  }

  @Test func foldersAreMadeWithThoseAboveThem() throws {
    let folder = try ScratchFolder()
    #expect(throws: SystemError(folder["a/b"], .made, code: .noSuchFileOrDirectory)) {
      try FileSystem.makeFolder(folder["a/b"])
    }
    try FileSystem.makeFolders(folder["a/b/c"], permissions: 0o700)
    try FileSystem.makeFolders(folder["a/b/c"])
    #expect(FileSystem.isFolder(folder["a/b/c"]))
    #expect(try FileStatus(folder["a"]).permissions == 0o700)
    try folder.write("file", "")
    #expect(throws: SystemError.self) { try FileSystem.makeFolders(folder["file/a"]) }
  }

  @Test func aRenameReplacesAndIsToldByTheNewName() throws {
    let folder = try ScratchFolder()
    try folder.write("old", "old")
    try folder.write("new", "new")
    try FileSystem.rename(folder["new"], to: folder["old"])
    #expect(try folder.text("old") == "new")
    #expect(throws: SystemError(folder["x"], .renamed, code: .noSuchFileOrDirectory)) {
      try FileSystem.rename(folder["none"], to: folder["x"])
    }
    FileSystem.remove(folder["old"])
    #expect(try folder.names == [])
  }

  @Test func aLinkTakesThePlaceOfWhatHasTheName() throws {
    let folder = try ScratchFolder()
    try folder.write("old", "old")
    try folder.write("new", "new")
    try folder.write("name", "name")
    for target in ["old", "new"] {
      try FileSystem.replaceBySymbolicLink(folder["name"], to: target)
      #expect(try folder.text("name") == target)
    }
    #expect(try folder.names == ["name", "new", "old"])
    try FileSystem.makeFolder(folder["folder"])
    #expect(throws: SystemError.self) {
      try FileSystem.replaceBySymbolicLink(folder["folder"], to: "new")
    }
    #expect(try folder.names == ["folder", "name", "new", "old"])
  }

  @Test func patternsStandForPathsInOrder() throws {
    let folder = try ScratchFolder()
    for name in ["b.png", "a.png", "c.jpg"] { try folder.write(name, "") }
    #expect(
      FileSystem.paths(matching: folder["*.png"]) == [folder["a.png"], folder["b.png"]])
    #expect(FileSystem.paths(matching: folder["[cd].jp?"]) == [folder["c.jpg"]])
    #expect(FileSystem.paths(matching: folder["*.gif"]) == [])
  }

  @Test func freeSpaceIsKnownWhereSomethingIs() throws {
    let folder = try ScratchFolder()
    #expect(try #require(FileSystem.freeSpace(at: folder.path)) > 0)
    #expect(FileSystem.freeSpace(at: folder["none"]) == nil)
  }
}
