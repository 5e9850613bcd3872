import Testing

@testable import vit

@Suite struct ConsoleTests {
  @Test func aReasonDoesNotNameTheInputTwice() {
    #expect(Console.line(name: "a.jpg", reason: "a.jpg: cut") == "a.jpg: cut")
    #expect(Console.line(name: "a.jpg", reason: "cut") == "a.jpg: cut")
  }
}

extension CommandTests {
  @Suite struct VerboseTests {
    @Test func verboseTellsOfTheModelAndEachImage() throws {
      let outcome = try VitCommand().run("classify", "--verbose", Photos.cat.path)
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("vit: debug: model loaded "))
      #expect(outcome.error.contains("vit: debug: \(Photos.cat.path): decode "))
      #expect(try VitCommand().run("classify", Photos.cat.path).error == "")
    }
  }
}
