import Foundation
import Testing
import VitTestSupport

@testable import VitImage

@Suite struct Scratch {
  @Test(.enabled(if: TestData.collection != nil)) func dump() throws {
    struct Manifest: Decodable { let files: [Entry] }
    struct Entry: Decodable {
      let file: String
      let mode: String?
      let error: String?
      let rgb_sha256: String?
      let size: [Int]?
    }
    let manifest = try JSONDecoder().decode(
      Manifest.self, from: Data(contentsOf: TestData.collection("formats/manifest.json")))
    var options = DecodeOptions()
    options.appliesOrientation = false
    options.background = .dropAlpha
    var counts: [String: Int] = [:]
    for entry in manifest.files {
      let folder = entry.file.prefix { $0 != "/" }
      let path = TestData.collection("formats/" + entry.file).path
      var line = ""
      var kind = ""
      do {
        let decoded = try Image.decode(contentsOf: path, options: options)
        let digest = SHA256.hexadecimal(decoded.image.pixels)
        if entry.rgb_sha256 == nil {
          kind = "WE READ"
          line = "\(entry.error!) \(decoded.warnings)"
        } else if digest == entry.rgb_sha256 {
          kind = "equal"
        } else {
          kind = "DIFFERENT"
          line = "\(entry.mode!) \(entry.size!) \(decoded.image.width)x\(decoded.image.height) \(decoded.warnings)"
        }
      } catch {
        if entry.rgb_sha256 != nil {
          kind = "WE REFUSE"
          line = "\(error)"
        } else {
          kind = "both refuse"
          line = "\(entry.error!.prefix(60)) || \(error)"
        }
      }
      counts["\(folder) \(kind)", default: 0] += 1
      if kind != "equal" { print("\(kind) \(entry.file): \(line.replacingOccurrences(of: path, with: ""))") }
    }
    for (k, v) in counts.sorted(by: { $0.key < $1.key }) { print("COUNT", k, v) }
  }
}
