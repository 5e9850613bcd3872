import Foundation
import VitTestSupport
import VitText

/// The ids that the Python tokenisers gave, as scripts/reference/make-tokenizer-goldens.py stores
/// them.
enum ReferenceIDs {
  static let strings: [String] = {
    let data = try! Data(contentsOf: TestData.committed("text/generated-strings.json"))
    return try! JSONDecoder().decode([String].self, from: data)
  }()

  /// A row for each of `strings`, truncated to 77.
  static func rows(_ layout: Tokenizer.Layout) throws -> [[Int32]] {
    let rows = try read("text/generated-ids-\(layout.rawValue).bin")
    guard layout == .openAI else { return rows }
    // Those that are empty are OpenCLIP's.
    return try zip(rows, self.rows(.openCLIP)).map { $0.isEmpty ? $1 : $0 }
  }

  private static func read(_ path: String) throws -> [[Int32]] {
    let data = try Data(contentsOf: TestData.committed(path))
    let numbers = stride(from: 0, to: data.count, by: 2).map {
      Int32(data[$0]) | Int32(data[$0 + 1]) << 8
    }
    var rows: [[Int32]] = []
    var index = 0
    while index < numbers.count {
      let count = Int(numbers[index])
      rows.append(Array(numbers[(index + 1)...].prefix(count)))
      index += 1 + count
    }
    return rows
  }

  struct Hashes: Decodable {
    struct Long: Decodable {
      let count: Int
      let hash: String
    }
    let long: Long
    let captions: [String]
  }

  static func hashes(_ layout: Tokenizer.Layout) throws -> Hashes {
    let data = try Data(contentsOf: TestData.committed("text/hashes.json"))
    return try JSONDecoder().decode([String: Hashes].self, from: data)[layout.rawValue]!
  }

  /// FNV-1a of the ids as little-endian 16-bit numbers.
  static func fingerprint(_ ids: [Int32]) -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for id in ids {
      for byte in [UInt64(id & 0xFF), UInt64(id >> 8)] {
        value = (value ^ byte) &* 0x100_0000_01B3
      }
    }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  struct Awkward: Decodable {
    let text: String
    let huggingFaceIDs: [Int32]
    let openCLIPIDs: [Int32]

    private enum CodingKeys: String, CodingKey {
      case text
      case huggingFaceIDs = "hf_ids"
      case openCLIPIDs = "openclip_ids"
    }
  }

  static func awkward() throws -> [Awkward] {
    let text = try String(
      contentsOf: TestData.committed("text/awkward-strings.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Awkward.self, from: Data($0.utf8))
    }
  }
}
