import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// The one rule of folders, archives and the command's arguments.
@Suite struct ImageNameTests {
  @Test(arguments: [
    "a.jpg", "a.JPEG", "a.jpe", "a.jif", "a.jfif", "a.jfi", "a.pjpeg", "a.pjp", "a.jpg_large",
    "a.jpg-large", "a.jpg_orig", "a.PNG", "a.png_large", "a.bmp", "a.dib", "a.gif", "a.webp",
    "a.tif", "a.TIFF", "a.heic", "a.HEIF", "a.avif", "a.nef", "a.cr3", "folder.d/a.b.jpg",
  ]) func imagesAreToldByTheirEnding(name: String) {
    #expect(ImageFormat.isName(name) && !TarArchive.isName(name))
  }

  @Test(arguments: ["jpg", "a.", "a.jpg/b", "a.psd", "a.tar.gz", "a.jpg\u{301}"])
  func othersAreNone(name: String) {
    #expect(!ImageFormat.isName(name) && !TarArchive.isName(name))
  }

  /// The page on formats names every ending.
  @Test func theDocumentationListsThem() throws {
    let page = try String(
      contentsOf: TestData.committed.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/VitKit/VitKit.docc/FileFormats.md"), encoding: .utf8)
    for ending in ImageFormat.allEndings { #expect(page.contains("`.\(ending)`"), "\(ending)") }
  }

  @Test func archivesAreTar() {
    #expect(TarArchive.isName("shard-0001.tar") && TarArchive.isName("A.TAR"))
  }
}
