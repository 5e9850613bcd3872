import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// The larger collection of formats against what Pillow 13.0.0 with libjpeg-turbo 3 makes of it.
@Suite(.enabled(if: TestData.collection != nil)) struct DecodeCollectionTests {
  /// Files that decode to other pixels than Pillow's, beside 16-bit gray, which Pillow clips.
  /// Both are so corrupt (161,247 and 1,235 complaints of libjpeg) that versions differ.
  static let otherPixels: Set<String> = [
    "bad/image-rs-jpeg-decoder-8e5e74dbf9b68a322fbb9512db837329.jpg",
    "bad/image-rs-jpeg-decoder-f6b4389c3cf0f5997b2e5a4b905aea8d.jpg",
  ]

  /// Lossless JPEG, which libjpeg-turbo decodes from version 3 on.
  static let mayBeRefused: Set<String> = [
    "jpeg/twelvemonkeys-f-18.jpg",
    "jpeg/sharp-testimgl.jpg",
  ]

  /// A whole image whose end marker is damaged; libjpeg-turbo 3 takes it for a second frame.
  static let mayBeRead: Set<String> = [
    "bad/image-rs-jpeg-decoder-8a9cc8eeed66aeb423a91c44111d9450.jpg"
  ]

  @Test func equalsPillow() throws {
    let manifest = try CollectionManifest(of: "formats")
    var equal: [String: Int] = [:]
    for entry in manifest.files {
      let path = TestData.collection("formats/" + entry.file).path
      let image: Image
      do {
        image = try Image(contentsOf: path, options: .likePillow)
      } catch {
        #expect(
          entry.digest == nil || Self.mayBeRefused.contains(entry.file),
          "\(entry.file) is refused, but Pillow reads it: \(error)")
        continue
      }
      guard let digest = entry.digest else {
        #expect(
          Self.mayBeRead.contains(entry.file) || Self.mayBeRefused.contains(entry.file),
          "\(entry.file) is read, but Pillow refuses it: \(entry.error ?? "")")
        continue
      }
      if entry.mode == "I;16" || Self.otherPixels.contains(entry.file) { continue }
      #expect(image.digest == digest, "\(entry.file)")
      if image.digest == digest {
        equal[String(entry.file.prefix { $0 != "/" }), default: 0] += 1
      }
    }
    #expect(equal["pngsuite"] == 144)
    #expect(equal["exif"] == 8)
    #expect(equal["jpeg", default: 0] >= 69)
    #expect(equal["png"] == 9)
  }

  /// The eight orientation files, stored differently, show one picture.
  @Test func orientationsAgree() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: TestData.collection("formats/exif").path
    ).sorted()
    #expect(files.count == 8)
    let images = try files.map {
      try Image.decode(contentsOf: TestData.collection("formats/exif/" + $0).path)
    }
    #expect(Set(images.map(\.orientation)) == Set(Orientation.allCases))
    let reference = images[0].image
    for (file, decoded) in zip(files, images) {
      let image = decoded.image
      #expect(image.width == reference.width && image.height == reference.height, "\(file)")
      guard image.pixels.count == reference.pixels.count else { continue }
      // Compressed after they were turned: close, not equal. A wrong turn differs by far more.
      var sum = 0
      for (a, b) in zip(image.pixels, reference.pixels) { sum += abs(Int(a) - Int(b)) }
      let mean = Double(sum) / Double(image.pixels.count)
      #expect(mean < 4, "\(file) differs by \(mean) levels on average")
    }
  }

  @Test func hostileFilesGiveAnImageOrARefusalWhateverIsAllowed() throws {
    let folder = TestData.collection("formats/bad")
    var options = DecodeOptions(allowsTruncated: true)
    options.limits.pixels = 8_000_000
    var images = 0
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for file in files {
      let path = folder.appending(path: file).path
      let isImage = expectImageOrRefusal(path, limit: options.limits.pixels) {
        try Image.decode(contentsOf: path, options: options)
      }
      if isImage { images += 1 }
    }
    #expect(images > 0 && images < files.count)
  }

  @Test func photographsDecode() throws {
    struct Photo: Decodable {
      let file: String
      let width: Int
      let height: Int
    }
    let photos = try JSONDecoder().decode(
      [Photo].self, from: Data(contentsOf: TestData.collection("photos/photos.json")))
    for photo in photos {
      let path = TestData.collection("photos/" + photo.file).path
      let decoded = try Image.decode(contentsOf: path, options: .likePillow)
      #expect(decoded.image.width == photo.width, "\(photo.file)")
      #expect(decoded.image.height == photo.height, "\(photo.file)")
      #expect(decoded.warnings.isEmpty, "\(photo.file)")
    }
  }
}
