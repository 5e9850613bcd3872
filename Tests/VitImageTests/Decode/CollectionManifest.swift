import Foundation
import VitTestSupport

/// What Pillow 13.0.0 makes of the files of a folder of the larger collection.
struct CollectionManifest: Decodable {
  struct Entry: Decodable {
    let file: String
    let mode: String?
    let error: String?
    /// Whether Pillow's picture is not what a person wants.
    let unusual: Bool?
    /// SHA-256 of the RGB bytes turned upright by EXIF's orientation.
    let turnedDigest: String?
    /// SHA-256 of the RGB bytes without alpha, or nil where Pillow refuses the file.
    let digest: String?
    /// The same before it is turned, where Pillow turns it itself.
    let digestAsStored: String?
    /// The same over white, where there is alpha.
    let digestOverWhite: String?

    enum CodingKeys: String, CodingKey {
      case file, mode, error, unusual
      case turnedDigest = "transposed_sha256"
      case digest = "rgb_sha256"
      case digestAsStored = "stored_sha256"
      case digestOverWhite = "white_sha256"
    }
  }

  let files: [Entry]

  init(of folder: String) throws {
    self = try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: TestData.collection("\(folder)/manifest.json")))
  }
}
