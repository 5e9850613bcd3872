import Foundation
import Testing

@testable import VitImage

/// Inputs that are no image at all.
@Suite struct InputTests {
  private func refusal(path: String, _ options: DecodeOptions = DecodeOptions()) -> String {
    do {
      _ = try Image(contentsOf: path, options: options)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "vit-input-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func filesThatAreNone() throws {
    try withFolder { folder in
      #expect(
        refusal(path: folder + "/none.jpg") == "\(folder)/none.jpg: no such file; check the path")
      #expect(refusal(path: folder).contains("a folder, not a file"))
      #expect(mkfifo(folder + "/fifo", 0o600) == 0)
      #expect(refusal(path: folder + "/fifo").contains("a FIFO"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/loop", withDestinationPath: folder + "/loop")
      #expect(refusal(path: folder + "/loop").contains("loop of symbolic links"))
      #expect(refusal(path: folder + "/fifo/x").contains("not a folder"))
      #expect(refusal(path: "/dev/null").contains("a device"))
      #expect(refusal(path: "").contains("no such file"))
      #expect(
        refusal(path: folder + "/" + String(repeating: "x", count: 5000)).contains("too long"))
      try Data().write(to: URL(filePath: folder + "/empty.png"))
      #expect(refusal(path: folder + "/empty.png").contains("empty"))
      try Data([1, 2, 3]).write(to: URL(filePath: folder + "/closed.png"))
      #expect(chmod(folder + "/closed.png", 0) == 0)
      // Root reads it all the same.
      if geteuid() != 0 {
        #expect(refusal(path: folder + "/closed.png").contains("permission denied"))
      }
    }
  }

  @Test func filesAreReadWhole() throws {
    try withFolder { folder in
      let path = folder + "/image.with-any-name"
      let bytes = try TestImage.committed("jpeg/zune-image-re.jpg")
      try Data(bytes).write(to: URL(filePath: path))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: path)
      let image = try Image(contentsOf: path)
      #expect(image == (try Image(bytes: bytes, name: "memory")))
      #expect(image == (try Image(contentsOf: folder + "/link")))
      var options = DecodeOptions()
      options.limits.bytes = bytes.count
      #expect(refusal(path: path, options) == "")
      options.limits.bytes -= 1
      #expect(refusal(path: path, options).contains("limit"))
    }
  }

  @Test(arguments: [
    ("GIF89a", "a GIF"),
    ("II*\0", "a TIFF"), ("MM\0*", "a TIFF"),
    ("\0\0\0\u{0C}jP  \r\n", "a JPEG 2000"), ("%PDF-1.7", "a PDF"),
    ("<svg xmlns", "an SVG"), ("<!DOCTYPE html>", "a web page"), ("P6\n1 1\n", "a PNM image"),
    ("version https://git-lfs.github.com/spec/v1", "git lfs pull"), ("x", "check what the file is"),
  ])
  func otherFormatsAreNamed(_ content: String, _ expected: String) throws {
    let error = VitImageTests.refusal(Array(content.utf8))
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "accepted")")
    #expect(error?.description.contains("begins with") == true)
  }

  @Test func message() {
    #expect(
      VitImageTests.refusal(Array("GIF89a".utf8))?.description
        == "test: not a \(ImageFormat.listed) image (begins with 47 49 46 38, a GIF); convert it first"
    )
    #expect(VitImageTests.refusal([]) == .empty(name: "test"))
    #expect(VitImageTests.refusal([0xFF])?.description.contains("begins with FF") == true)
  }
}
