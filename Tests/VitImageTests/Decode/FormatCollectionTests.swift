import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// The larger collection of further formats against what Pillow 13.0.0 makes of it, to the bit.
@Suite(.enabled(if: TestData.collection != nil)) struct FormatCollectionTests {
  @Test(arguments: [("webp", 40), ("gif", 50), ("bmp", 40)])
  func equalsPillow(_ folder: String, _ least: Int) throws {
    var count = 0
    for entry in try CollectionManifest(of: "formats-more").files
    where entry.file.hasPrefix(folder + "/") {
      // Where Pillow clips or misreads; and an error of Pillow's need not be one here.
      if entry.unusual == true || entry.error != nil { continue }
      let path = TestData.collection("formats-more/" + entry.file).path
      let stored = try Image(contentsOf: path, options: .likePillow)
      #expect(stored.digest == entry.digestAsStored ?? entry.digest, "\(entry.file)")
      let upright = DecodeOptions(background: .dropAlpha)
      if let turned = entry.turnedDigest {
        #expect(try Image(contentsOf: path, options: upright).digest == turned, "\(entry.file)")
      }
      if let overWhite = entry.digestOverWhite {
        let options = DecodeOptions(appliesOrientation: false)
        #expect(
          try Image(contentsOf: path, options: options).digest == overWhite,
          "\(entry.file) over white")
      }
      count += 1
    }
    #expect(count >= least)
  }

  /// What Pillow refuses is refused, or is an image of the promised size.
  @Test func whatPillowRefusesIsNoCrash() throws {
    var options = DecodeOptions(allowsTruncated: true)
    options.limits.pixels = 8_000_000
    for entry in try CollectionManifest(of: "formats-more").files where entry.error != nil {
      let path = TestData.collection("formats-more/" + entry.file).path
      _ = expectImageOrRefusal(path, limit: options.limits.pixels) {
        try Image.decode(contentsOf: path, options: options)
      }
    }
  }

  /// The estimate covers the pixels, the headers tell the size, and what is told is of the format.
  @Test func headersTellWhatIsDecoded() throws {
    for entry in try CollectionManifest(of: "formats-more").files where entry.error == nil {
      let path = TestData.collection("formats-more/" + entry.file).path
      guard let image = try? Image(contentsOf: path, options: .likePillow) else { continue }
      let info = try Image.info(contentsOf: path)
      let size =
        info.width == image.width
        ? (info.width, info.height) : (info.height, info.width)
      #expect(size == (image.width, image.height) || info.preview != nil, "\(entry.file)")
      let file = try CompressedImage(contentsOf: path)
      let need = try file.memory(DecodeOptions())
      #expect(need >= file.byteCount + image.pixels.count, "\(entry.file)")
    }
  }
}
