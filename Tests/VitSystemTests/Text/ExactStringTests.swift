import Testing

@testable import VitSystem

@Suite struct ExactStringTests {
  /// The same character for Unicode, other bytes.
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  @Test func spellingsOfOneCharacterAreTwoNames() {
    #expect(composed == decomposed)
    #expect(!composed.isExactly(decomposed))
    #expect(ExactString(composed) != ExactString(decomposed))
    let numbers: ExactDictionary = [composed: 1, decomposed: 2]
    #expect(numbers.count == 2)
    #expect(numbers[composed] == 1)
    #expect(numbers[decomposed] == 2)
    #expect(numbers["cafe"] == nil)
  }

  @Test func orderIsThatOfBytes() {
    let names = [composed, "cafz", decomposed, "caf"]
    #expect(
      names.sortedExactly().map { Array($0.utf8) }
        == ["caf", decomposed, "cafz", composed].map { Array($0.utf8) })
  }

  @Test func endsAreThoseOfBytes() {
    #expect("a.tar".endsExactly(".tar"))
    #expect("a.tar".beginsExactly("a."))
    // One character for Swift, whose `hasSuffix` says no.
    #expect("\u{301}.tar".endsExactly(".tar"))
    #expect(!"tar".endsExactly(".tar"))
    #expect("a.tar: cut".without(beginning: "a.tar: ") == "cut")
    #expect("b.tar: cut".without(beginning: "a.tar: ") == "b.tar: cut")
    #expect("e\u{301}: cut".without(beginning: "é: ").beginsExactly("e\u{301}"))
  }

  @Test(.timeLimit(.minutes(1)))
  func namesOfManyMarksAreKeysLikeOthers() {
    let long = "a" + String(repeating: "\u{301}\u{316}", count: 100_000)
    var numbers: ExactDictionary<Int> = [long: 1, long + "b": 2]
    numbers["a\u{316}"] = 3
    #expect(numbers[long] == 1)
    #expect(numbers.inOrder.map(\.value) == [1, 2, 3])
    #expect(["model", long].sortedExactly().last == "model")
  }

  @Test func valuesOfTheOtherCountWhereBothHaveAName() {
    let both = (["a": 1, "b": 2] as ExactDictionary).overridden(by: ["b": 3, "c": 4])
    #expect(both == ["a": 1, "b": 3, "c": 4])
  }
}
