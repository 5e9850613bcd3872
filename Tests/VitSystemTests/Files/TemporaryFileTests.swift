import Foundation
import Testing
import VitTestSupport

@testable import VitSystem

@Suite struct TemporaryFileTests {
  @Test func theNameIsTheOldFilesUntilTheNewOneIsWhole() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("file", "old")
    let file = try TemporaryFile(for: path)
    try Array("new".utf8).withUnsafeBytes { try file.write($0) }
    #expect(try folder.text("file") == "old")
    #expect(try folder.names.count == 2)
    #expect(try folder.names[1].hasPrefix("file\(TemporaryFile.mark)"))
    try file.finish(synchronized: true)
    #expect(try folder.text("file") == "new")
    #expect(try folder.names == ["file"])
  }

  @Test func unfinishedNothingIsLeft() throws {
    let folder = try ScratchFolder()
    do {
      let file = try TemporaryFile(for: folder["file"])
      try Array("half".utf8).withUnsafeBytes { try file.write($0) }
    }
    #expect(try folder.names == [])
  }

  @Test func whatCannotHaveItsNameIsRemoved() throws {
    let folder = try ScratchFolder()
    try FileSystem.makeFolder(folder["name"])
    try folder.write("name/file", "in the way")
    do {
      let file = try TemporaryFile(for: folder["name"])
      #expect(throws: SystemError.self) { try file.finish(synchronized: false) }
    }
    #expect(try folder.names == ["name"])
  }

  @Test func permissionsAreThoseOfANewFileOrThoseAskedFor() throws {
    let folder = try ScratchFolder()
    try folder.write("other", "")
    try TemporaryFile(for: folder["file"]).finish(synchronized: false)
    #expect(
      try FileStatus(folder["file"]).permissions == FileStatus(folder["other"]).permissions)
    try TemporaryFile(for: folder["file"], permissions: 0o640).finish(synchronized: false)
    #expect(try FileStatus(folder["file"]).permissions == 0o640)
  }

  @Test func aMissingFolderIsNamedByTheFileThatWasAskedFor() throws {
    let folder = try ScratchFolder()
    #expect(throws: SystemError(folder["none/file"], .opened, code: .noSuchFileOrDirectory)) {
      try TemporaryFile(for: folder["none/file"])
    }
  }
}
