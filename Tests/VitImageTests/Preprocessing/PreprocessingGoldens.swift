import Foundation
import Testing
import VitJSON
import VitTestSupport

/// Files that `scripts/reference/make_preprocessing_goldens.py` wrote.
enum PreprocessingGoldens {
  static func read(_ name: String) throws -> [JSONValue] {
    let text = try String(
      contentsOf: TestData.committed("preprocessing/\(name)"), encoding: .utf8)
    return try #require(try JSONValue.parse(text, name: name).array)
  }

  /// The numbers of an array.
  static func integers(_ value: JSONValue?) throws -> [Int] {
    let array = try #require(value?.array)
    return array.compactMap(\.int)
  }
}
