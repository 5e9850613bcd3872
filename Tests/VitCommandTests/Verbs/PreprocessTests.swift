import Foundation
import Testing

extension CommandTests {
  @Suite struct PreprocessTests {
    @Test func npyHoldsTheNormalisedPixels() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "preprocess", Photos.coffee.path, "--output", scratch.path("pixels.npy"))
      #expect(outcome.status == 0)
      let file = try NPYFile(scratch.data("pixels.npy"))
      #expect(file.header.contains("'shape': (3, 224, 224)"))
      #expect(file.values.count == 3 * 224 * 224)
      // The box normalises with mean and deviation 0.5.
      #expect(file.values.allSatisfy { (-1...1).contains($0) })
      #expect(Set(file.values).count > 50)
    }

    @Test func severalImagesAreABatch() throws {
      let scratch = try Scratch()
      let outcome = try VitCommand().run(
        "preprocess", Photos.coffee.path, Photos.cat.path, "--output", scratch.path("pixels.npy"))
      #expect(outcome.status == 0)
      let file = try NPYFile(scratch.data("pixels.npy"))
      #expect(file.header.contains("'shape': (2, 3, 224, 224)"))
      #expect(file.values.count == 2 * 3 * 224 * 224)
    }

    @Test func pngShowsWhatTheModelSees() throws {
      let scratch = try Scratch()
      let png = scratch.path("seen.png")
      #expect(try VitCommand().run("preprocess", Photos.coffee.path, "--output", png).status == 0)
      // Already of the model's size, so it comes through unchanged.
      #expect(try scratch.data("seen.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let seen = try VitCommand().run("classify", "--top", "1", png)
      #expect(seen.text.contains("espresso"))
    }

    @Test func otherEndingsAreWrongUsage() throws {
      let outcome = try VitCommand().run("preprocess", Photos.coffee.path, "--output", "a.gif")
      #expect(outcome.status == 64)
    }
  }
}
