import Testing

@testable import vit

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("*.png", "a.png", true), ("*.png", "b/a.png", true), ("*.png", "a.pngx", false),
    ("small", "b/small/a.png", true), ("small", "smaller/a.png", false),
    ("small/", "small/a", true),
    ("b/*.png", "b/a.png", true), ("b/*.png", "b/c/a.png", false), ("b/*.png", "c/b/a.png", false),
    ("b/**", "b/c/a.png", true), ("**/a.png", "a.png", true), ("**/a.png", "x/y/a.png", true),
    ("**/c", "x/c/a.png", true), ("/a.png", "a.png", true), ("/a.png", "b/a.png", false),
    ("?.png", "é.png", true), ("?.png", "ab.png", false), ("a?b", "a/b", false),
    ("a[1].png", "a1.png", false), ("a[1].png", "a[1].png", true), ("*", "anything", true),
    ("*a*b*c*", "xxaxxbxxcxx", true), ("*a*b*c*", "xxaxxcxxb", false), ("./b", "b/a.png", true),
  ])
  func patternsMatch(pattern: String, path: String, matches: Bool) {
    #expect(
      PathPattern(Array(pattern.utf8)).matches(pathOrFolderAbove: Array(path.utf8)) == matches)
  }

  /// What tries each run of each star in turn takes longer than the universe is old.
  @Test(.timeLimit(.minutes(1)))
  func manyStarsTakeNoLonger() {
    let pattern = PathPattern(Array(String(repeating: "*a", count: 60).utf8 + Array("b".utf8)))
    #expect(!pattern.matches(pathOrFolderAbove: [UInt8](repeating: 0x61, count: 200)))
    let deep = PathPattern(Array(String(repeating: "**/a", count: 60).utf8 + Array("b".utf8)))
    #expect(!deep.matches(pathOrFolderAbove: Array(String(repeating: "a/", count: 200).utf8)))
  }

  @Test func numbersInBracesNameShards() {
    #expect(
      BraceNotation("s/{008..011}.tar")?.names == [
        "s/008.tar", "s/009.tar", "s/010.tar", "s/011.tar",
      ])
    for text in ["s.tar", "{a..b}", "{1,2}", "{2..1}", "{1..}", "{0..99999999}", "{1..2"] {
      #expect(BraceNotation(text) == nil)
    }
  }
}
