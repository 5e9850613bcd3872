import Testing

@testable import VitModel

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("head.weight", "head.weight", true), ("head.weight", "head.weight2", false),
    ("*.bias", "blocks.0.bias", true), ("*.bias", "bias", false), ("blocks.*", "blocks.", true),
    ("blocks.*", "block.", false), ("*", "", true), ("", "", true), ("", "x", false),
    ("blocks.*.norm*.weight", "blocks.11.norm1.weight", true),
    ("blocks.*.norm*.weight", "blocks.11.attn.weight", false),
    ("a*a", "a", false), ("a*a", "aa", true), ("*aba*", "ababa", true), ("**b", "ab", true),
    ("x*y*y", "xy", false), ("x*y*y", "xyy", true),
  ])
  func matches(_ pattern: String, _ name: String, _ expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }
}
