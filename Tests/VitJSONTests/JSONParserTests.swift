import Foundation
import Testing
import VitJSON
import VitTestSupport

private func parse(
  _ text: String, limits: JSONLimits = JSONLimits()
) throws(JSONError) -> JSONValue {
  try JSONValue.parse(text, name: "test.json", limits: limits)
}

private func parse(_ bytes: [UInt8]) throws -> JSONValue {
  try bytes.withUnsafeBytes { try JSONValue.parse($0, name: "test.json") }
}

struct JSONParserTests {
  @Test func readsEveryKindOfValue() throws {
    let value = try parse(
      """
       {"a": [1, -2.5, true, false, null, "x"], "b": {}, "c": [] , "d":{"e":[[0]]}}\t\r\n
      """)
    #expect(value["a"]?.array?.count == 6)
    #expect(value["a"]?.array?[0].int == 1)
    #expect(value["a"]?.array?[1].double == -2.5)
    #expect(value["a"]?.array?[2].bool == true)
    #expect(value["a"]?.array?[4].isNull == true)
    #expect(value["a"]?.array?[5].string == "x")
    #expect(value["b"]?.object?.count == 0)
    #expect(value["d"]?["e"]?.array?[0].array?[0].int == 0)
    #expect(value["z"] == nil)
    #expect(value.object?.keys == ["a", "b", "c", "d"])
  }

  /// Comparing such a text by canonical equivalence, as `String` does, takes minutes.
  @Test(.timeLimit(.minutes(1)))
  func refusesEndlessCharacters() throws {
    let marks = String(repeating: "\u{301}\u{316}", count: 200_000)
    for text in [#"{"a\#(marks)": 1}"#, #"{"a": "b\#(marks)"}"#, #"["\u0301\#(marks)"]"#] {
      #expect { try parse(text) } throws: { "\($0)".contains("256 combining marks in a row") }
    }
    let most = String(repeating: "\u{301}\u{316}", count: 128)
    #expect(try parse("[\"a\(most)b\(most)\"]").array?.count == 1)
  }

  @Test func comparesStringsByTheirBytes() {
    #expect(JSONValue.string("caf\u{E9}") != .string("cafe\u{301}"))
    #expect(JSONValue.string("cafe") == .string("cafe"))
    #expect(JSONValue.null != .bool(false))
  }

  @Test func keepsWholeNumbersExactly() throws {
    #expect(try parse("9223372036854775807") == .number(.integer(.max)))
    #expect(try parse("-9223372036854775808") == .number(.integer(.min)))
    #expect(try parse("9007199254740993").int == 9_007_199_254_740_993)
    #expect(try parse("9223372036854775808").int == nil)
    #expect(try parse("9223372036854775808").double == 0x1p63)
    #expect(try parse("3.0").int == 3)
    #expect(try parse("3.5").int == nil)
    #expect(try parse("1e300").int == nil)
  }

  /// Halfway cases and the ends of the range, as `strtod` rounds them.
  @Test(arguments: [
    "0.1", "1e23", "9007199254740992.5", "2.2250738585072011e-308", "4.9e-324", "2e-324",
    "1.7976931348623157e308", "123456789012345678901234567890", "0.000001", "1E-5", "-0.0",
    "8.442911973260991817129021e-309", "1e-400",
  ])
  func readsDoublesLikeStrtod(text: String) throws {
    #expect(try parse(text).double?.bitPattern == strtod(text, nil).bitPattern)
  }

  @Test func decodesEscapes() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00""#).string
        == "\"\\/\u{8}\u{c}\n\r\tAé€😀")
    #expect(try parse(#""a\u0000b""#).string == "a\0b")
    #expect(try parse("\"é😀\\n\"").string == "é😀\n")
  }

  @Test func skipsAByteOrderMark() throws {
    #expect(try parse([0xEF, 0xBB, 0xBF] + Array("[1]".utf8)).array?.count == 1)
  }

  /// Each with the byte where it goes wrong.
  @Test(arguments: [
    ("", 0), (" ", 1), ("{", 1), ("[1", 2), ("[1,]", 3), ("[1 2]", 3), ("{\"a\"}", 4),
    ("{\"a\":1,}", 7), ("{a:1}", 1), ("{1:2}", 1), ("tru", 0), ("nul", 0), ("TRUE", 0), ("NaN", 0),
    ("Infinity", 0), ("-", 0), ("+1", 0), ("01", 0), ("-01", 0), ("1.", 0), (".5", 0), ("1e", 0),
    ("1e+", 0), ("1e999", 0), ("-1e999", 0), ("\"a", 2), ("\"a\u{1}\"", 2), ("\"a\nb\"", 2),
    ("1 2", 2), ("[] x", 3), ("'a'", 0), ("//", 0), ("[1]]", 3), ("0x10", 1),
  ])
  func refuses(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.offset == offset, "\(text): \(error?.reason ?? "")")
    #expect(error?.description.hasPrefix("test.json: not valid JSON at byte \(offset): ") == true)
  }

  @Test(arguments: [
    #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#,
    #""\ud800x""#, #""\ud800\n""#, #""\"#, #""\u"#, #""\ud800\u"#,
  ])
  func refusesBadEscapes(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  /// Stray continuation, overlong, surrogate, beyond Unicode, cut off.
  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ] as [[UInt8]])
  func refusesWhatIsNoUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try parse([0x22] + bytes + [0x22]) }
    #expect(throws: JSONError.self) { try parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
    #expect(throws: JSONError.self) { try parse([0x7B, 0x22] + bytes + Array("\":1}".utf8)) }
  }

  @Test func limitsDepth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(64))
    #expect(throws: JSONError.self) { try parse(nested(66)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
  }

  @Test func limitsBytesAndValues() throws {
    #expect(throws: JSONError.self) { try parse("[1,2,3]", limits: JSONLimits(bytes: 6)) }
    _ = try parse("[1,2,3]", limits: JSONLimits(bytes: 7, values: 4))
    #expect(throws: JSONError.self) { try parse("[1,2,3]", limits: JSONLimits(values: 3)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: "1", count: 2000)) }
  }

  @Test func refusesDuplicateKeysUnlessTold() throws {
    let text = #"{"a": 1, "b": 2, "a": 3}"#
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.reason.contains("\"a\" twice") == true)
    #expect(try parse(text, limits: JSONLimits(allowsDuplicateKeys: true))["a"]?.int == 3)
    // An escaped spelling is the same key.
    #expect(throws: JSONError.self) { try parse(#"{"a": 1, "\u0061": 2}"#) }
  }

  /// Unicode's canonical equivalence does not make two keys one: vocabularies have both spellings.
  @Test(arguments: [0, 20])
  func comparesKeysByBytes(padding: Int) throws {
    let more = (0..<padding).map { ",\"p\($0)\":0" }.joined()
    let value = try parse("{\"\u{E9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212A}\":4\(more)}")
    #expect(value["\u{E9}"]?.int == 1)
    #expect(value["e\u{301}"]?.int == 2)
    #expect(value["K"]?.int == 3)
    #expect(value["\u{212A}"]?.int == 4)
  }

  @Test func findsKeysOfLargeObjects() throws {
    let text = "{" + (0..<50_000).map { "\"key\($0)\":\($0)" }.joined(separator: ",") + "}"
    let value = try parse(text)
    #expect(value.object?.count == 50_000)
    for index in stride(from: 0, to: 50_000, by: 777) {
      #expect(value["key\(index)"]?.int == index)
    }
    #expect(value["key50000"] == nil)
  }

  @Test func writesWhatItReads() throws {
    let text =
      #"{"a\"\\\n\r\t\u0001/":[1,-2.5,1e-07,1e+22,true,null,"é😀"],"":{},"b":[[],9223372036854775807]}"#
    let value = try parse(text)
    #expect(try parse(value.serialized()) == value)
    #expect(JSONValue.number(.double(.nan)).serialized() == "null")
    #expect(JSONValue.number(.double(.infinity)).serialized() == "null")
    #expect((["a": .number(.double(0.1))] as JSONValue).serialized() == #"{"a":0.1}"#)
  }

  /// Another reader takes what this one writes.
  @Test func foundationReadsWhatItWrites() throws {
    let value: JSONValue = [
      "control": .string(String(String.UnicodeScalarView((0..<32).map { Unicode.Scalar($0)! }))),
      "numbers": .array([0.1, 1e300, -0.0, 2.5e-308].map { .number(.double($0)) }),
    ]
    let object = try JSONSerialization.jsonObject(with: Data(value.serialized().utf8))
    let members = try #require(object as? [String: Any])
    #expect(members["control"] as? String == value["control"]?.string)
    #expect(members["numbers"] as? [Double] == [0.1, 1e300, -0.0, 2.5e-308])
  }

  /// Files of models and data sets, against Foundation's reader.
  @Test(
    .enabled(if: TestData.collection != nil),
    arguments: [
      "models/vit-tiny-patch16-224/config.json", "imagenet/classes.json",
      "models/vit_tiny_patch16_224.augreg_in21k_ft_in1k/config.json",
    ])
  func agreesWithFoundation(path: String) throws {
    let data = try Data(contentsOf: TestData.collection(path))
    let value = try parse([UInt8](data))
    let written = try JSONSerialization.jsonObject(with: Data(value.serialized().utf8))
    let expected = try JSONSerialization.jsonObject(with: data)
    #expect((written as? NSObject) == (expected as? NSObject))
  }
}
