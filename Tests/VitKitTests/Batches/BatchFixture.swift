import Foundation
import VitSystem
import VitTestSupport

@testable import VitKit

/// A tiny CLIP, and images that differ.
struct BatchFixture {
  let scratch: ScratchFolder
  let model: Model

  init() throws {
    scratch = try ScratchFolder()
    model = try Model.load(TinyCLIP.write(in: URL(filePath: scratch.path)).path)
  }

  static func image(_ number: Int) -> Image {
    let pixels = (0..<40 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 * (3 + number) + number) }
    return try! Image(width: 40, height: 32, pixels: pixels)
  }

  /// A file, an archive of two images and a text, bytes, an image and one that is not there; and what
  /// each of the images is.
  func mixture() throws -> (sources: [ImageSource], names: [String], images: [Image?]) {
    let images = (0..<5).map(Self.image)
    let files = try images.map { try $0.pngBytes() }
    try Data(files[0]).write(to: URL(filePath: scratch["0.png"]))
    var archive = TarWriter()
    archive.add("1.png", files[1])
    archive.add("notes.txt", Array("none".utf8))
    archive.add("__MACOSX/._1.png", Array("what a Mac adds".utf8))
    archive.add("broken.png", Array(files[2].prefix(60)))
    archive.add("2.png", files[2])
    archive.end()
    try Data(archive.bytes).write(to: URL(filePath: scratch["a.tar"]))
    return (
      [
        .file(scratch["0.png"]), .file(scratch["a.tar"]), .bytes(files[3], name: "upload"),
        .file(scratch["none.png"]), .image(images[4], name: "frame"),
      ],
      [
        scratch["0.png"], scratch["a.tar/1.png"], scratch["a.tar/broken.png"],
        scratch["a.tar/2.png"], "upload", scratch["none.png"], "frame",
      ],
      [images[0], images[1], nil, images[2], images[3], nil, images[4]]
    )
  }
}
