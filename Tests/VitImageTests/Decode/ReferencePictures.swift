import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// Files of the larger collection beside which the picture lies that Pillow 13.0.0 makes of them, or a
/// part of it: those whose pixels differ a little from version to version of a library.
struct ReferencePictures: Decodable {
  struct Entry: Decodable {
    let file: String
    let error: String?
    let unusual: Bool?
    /// Width and height as stored.
    let size: [Int]?
    let orientation: Int?
    /// The picture as stored, without its transparency, and over white.
    let png: String?
    let overWhite: String?
    /// What is in those pictures: left, top, width and height.
    let crop: [Int]?
    let frames: Int?

    enum CodingKeys: String, CodingKey {
      case file, error, unusual, size, orientation, png, crop, frames
      case overWhite = "white_png"
    }
  }

  let files: [Entry]

  static func all(in folder: String) throws -> [Entry] {
    try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: TestData.collection("formats-more/manifest.json"))
    ).files.filter { $0.file.hasPrefix(folder + "/") }
  }

  /// Every pixel of the reference's is within two levels of where it lies in an image that was turned by
  /// an orientation.
  static func expectNear(
    _ image: Image, _ name: String, _ entry: Entry, turned orientation: Orientation
  ) throws {
    let reference = try Image(contentsOf: TestData.collection("formats-more/" + name).path)
    let (width, height) = (entry.size![0], entry.size![1])
    let size = orientation.size(width: width, height: height)
    #expect(image.width == size.width && image.height == size.height, "\(entry.file)")
    guard image.width == size.width, image.height == size.height else { return }
    var furthest = 0
    for y in 0..<reference.height {
      for x in 0..<reference.width {
        let stored = (x: x + (entry.crop?[0] ?? 0), y: y + (entry.crop?[1] ?? 0))
        let place = orientation.place(of: stored, width: width, height: height)
        for channel in 0..<3 {
          let difference =
            Int(reference.pixels[(y * reference.width + x) * 3 + channel])
            - Int(image.pixels[(place.y * image.width + place.x) * 3 + channel])
          furthest = max(furthest, abs(difference))
        }
      }
    }
    #expect(furthest <= 2, "\(entry.file): \(furthest) levels from \(name)")
  }
}

extension Orientation {
  /// Where a stored pixel lies in the upright image.
  fileprivate func place(
    of pixel: (x: Int, y: Int), width: Int, height: Int
  ) -> (x: Int, y: Int) {
    let (right, bottom) = (width - 1 - pixel.x, height - 1 - pixel.y)
    switch self {
    case .upright: return pixel
    case .mirroredHorizontally: return (right, pixel.y)
    case .rotated180: return (right, bottom)
    case .mirroredVertically: return (pixel.x, bottom)
    case .transposed: return (pixel.y, pixel.x)
    case .rotated90Clockwise: return (bottom, pixel.x)
    case .transversed: return (bottom, right)
    case .rotated90CounterClockwise: return (pixel.y, right)
    }
  }
}

extension DecodingLibrary {
  /// Whether it can be used.
  var isThere: Bool {
    if case .success = version { true } else { false }
  }
}
