import Foundation
import Testing
import VitTestSupport

@testable import VitImage

/// Every committed image against Pillow's pixels.
@Suite struct DecodeCommittedTests {
  struct Reference: Sendable, CustomTestStringConvertible {
    let file: String
    let mode: String
    /// First digits of the digest without transparency, or nil where Pillow refuses the file.
    let dropped: String?
    /// The same over white, or nil where there is none.
    let overWhite: String?
    var testDescription: String { file }
  }

  static let references: [Reference] = {
    let text =
      (try? String(contentsOf: TestData.committed("images/digests.txt"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ").map(String.init)
      return Reference(
        file: fields[0], mode: fields[1], dropped: fields[2] == "-" ? nil : fields[2],
        overWhite: fields[3] == "-" ? nil : fields[3])
    }
  }()

  @Test func listIsThere() {
    #expect(Self.references.count > 190)
    #expect(Self.references.count { $0.file.hasPrefix("pngsuite/") } == 169)
    #expect(Self.references.count { $0.dropped == nil } >= 20)
  }

  @Test(arguments: references) func equalsPillow(_ reference: Reference) throws {
    let bytes = try TestImage.committed(reference.file)
    guard let dropped = reference.dropped else {
      #expect(refusal(bytes, .likePillow) != nil)
      return
    }
    let image = try Image.test(bytes, .likePillow).image
    #expect(image.digest.hasPrefix(dropped))
    if let overWhite = reference.overWhite {
      #expect(try Image.test(bytes).image.digest.hasPrefix(overWhite))
    }
  }

  /// Reading from memory that ends right behind the file finds reads beyond it, with a sanitizer
  /// or by luck without; every prefix of a file must be refused or decoded, never worse.
  @Test(arguments: ["pngsuite/basi3p04.png", "pngsuite/tbbn2c16.png", "jpeg/zune-image-re.jpg"])
  func everyPrefixIsSafe(_ file: String) throws {
    let bytes = try TestImage.committed(file)
    let whole = try Image.test(bytes).image
    for count in 1..<bytes.count {
      let prefix = Array(bytes[..<count])
      if let image = try? Image.test(prefix).image {
        #expect(image == whole, "\(count) bytes")
      }
      _ = try? Image.test(prefix, DecodeOptions(allowsTruncated: true))
    }
  }
}
