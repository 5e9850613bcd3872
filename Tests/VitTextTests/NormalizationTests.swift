import Foundation
import Testing

@testable import VitText

struct NormalizationTests {
  private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
  private func text(_ scalars: [UInt32]) -> String {
    String(String.UnicodeScalarView(scalars.map { Unicode.Scalar($0)! }))
  }

  /// Foundation's NFC is of a newer Unicode, but these scripts have not changed since. It leaves
  /// U+AC00 U+11A8 apart in some places, where Unicode and Python compose; `hangul` is for those.
  @Test(arguments: [UnicodeFlavour.python, .huggingFace])
  func composition(flavour: UnicodeFlavour) {
    var generator = SplitMix64(state: 11)
    let bases = scalars("aeiouAEOUıẞêơ각가ᄀক\u{9C7}\u{B47}かハ\u{1025}עש")
    let marks =
      Array(0x300...0x36F as ClosedRange<UInt32>)
      + scalars("\u{1161}\u{9BE}\u{B3E}\u{3099}\u{309A}\u{102E}\u{5B8}\u{5BC}\u{5C1}")
    for _ in 0..<1000 {
      var sample: [UInt32] = []
      for _ in 0..<(generator.next() % 4 + 1) {
        sample.append(bases[Int(generator.next() % UInt64(bases.count))])
        for _ in 0..<(generator.next() % 4) {
          sample.append(marks[Int(generator.next() % UInt64(marks.count))])
        }
      }
      let composed = Normalization.composed(sample, flavour)
      #expect(composed == scalars(text(sample).precomposedStringWithCanonicalMapping))
      #expect(Normalization.composed(composed, flavour) == composed)
    }
  }

  @Test func hangul() {
    for syllable in stride(from: UInt32(0xAC00), to: 0xD7A4, by: 31) {
      let parts = scalars(text([syllable]).decomposedStringWithCanonicalMapping)
      #expect(Normalization.composed(parts, .python) == [syllable])
    }
  }

  @Test func lowerCase() {
    let greek = text(Normalization.lowercased(scalars("ΣΊΣΥΦΟΣ Σ ΑΣ. ΑΣ\u{301}Β")))
    #expect(scalars(greek) == scalars("σίσυφος σ ας. ασ\u{301}β"))
    #expect(text(Normalization.lowercasedByCharacter(scalars("ΟΔΟΣ"), .huggingFace)) == "οδοσ")
    #expect(text(Normalization.lowercased(scalars("İIK\u{212A}"))) == "i\u{307}ikk")
    // A letter of Unicode 16, which Python 3.11 does not know.
    #expect(Normalization.lowercased([0x1C89]) == [0x1C89])
    #expect(Normalization.lowercasedByCharacter([0x1C89], .huggingFace) == [0x1C8A])
    // Far from the special cases both agree with Swift.
    for scalar in UInt32(0)...0x24F where scalar != 0x130 {
      let lower = scalars(Unicode.Scalar(scalar)!.properties.lowercaseMapping)
      #expect(Normalization.lowercasedByCharacter([scalar], .huggingFace) == lower)
      #expect(Normalization.lowercased([scalar]) == lower)
    }
  }

  @Test(arguments: [
    ("&amp;&lt;&gt;", "&<>"), ("&amp;lt;", "&lt;"), ("&notit;", "¬it;"), ("&notin;", "∉"),
    ("&ampx", "&x"), ("&#65;&#x41&#X41;", "AAA"), ("&#xD800;&#99999999999;", "\u{FFFD}\u{FFFD}"),
    ("&#128;&#0;", "€\u{FFFD}"), ("&#1;x", "x"), ("&;&#;&#x;& &", "&;&#;&#x;& &"),
    ("&EACUTE;", "&EACUTE;"), ("&NotEqualTilde;", "≂̸"), ("&unknown;", "&unknown;"),
  ])
  func entities(input: String, output: String) {
    #expect(text(HTMLEntities.unescaped(scalars(input))) == output)
  }

  @Test(arguments: [
    ("&EACUTE;&eacute;", "Éé"), ("&amp &ampx;", "&amp &ampx;"), ("&#59;", "&#59;"),
    ("&#12a;", "&#12a;"), ("&#x41;", "A"), ("&amp;amp;", "&amp;"),
  ])
  func unambiguousEntities(input: String, output: String) {
    #expect(text(HTMLEntities.unescapedUnambiguously(scalars(input))) == output)
  }

  /// Examples from ftfy's documentation, and its rule about `<`.
  @Test(arguments: [
    ("ﬂuﬃeﬆ", "fluffiest"), ("ＬＯＵＤ　ＮＯＩＳＥＳ", "LOUD NOISES"), ("Ｕﾀｰﾝ", "Uターン"),
    ("\u{201C}here\u{2019}s a test\u{201D}", "\"here's a test\""),
    ("\u{1B}[36;44mI'm blue\u{1B}[0m", "I'm blue"), ("a\u{0}b\u{B}c\u{FEFF}d", "abcd"),
    ("x\u{85}y\u{2028}z", "x…y\nz"), ("P&EACUTE;REZ", "PÉREZ"), ("&amp;amp;amp;", "&"),
    ("<b>&EACUTE;", "<b>&EACUTE;"), ("&EACUTE;\n<\n&EACUTE;", "É\n<\n&EACUTE;"),
  ])
  func repair(input: String, output: String) {
    #expect(text(TextRepair.cleaned(scalars(input))) == output)
  }
}
