import Foundation
import Testing
import VitTestSupport

extension CommandTests {
  @Suite struct FastDecodeTests {
    @Test(.enabled(if: TestData.collection != nil))
    func aLargePhotographHasNearlyTheSameVector() throws {
      let scratch = try Scratch()
      let photo = TestData.collection("photos/large-5mp.jpg").path
      let inputs = [photo, Photos.shoes.path]
      for (name, flags) in [("full", []), ("fast", ["--fast-decode"])] {
        let outcome = try VitCommand().run(
          ["embed", "--quiet", "--output", scratch.path("\(name).npy")] + flags + inputs)
        #expect(outcome.status == 0)
      }
      let full = try NPYFile(scratch.data("full.npy")).values
      let fast = try NPYFile(scratch.data("fast.npy")).values
      let cosine = zip(full[..<192], fast[..<192]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(cosine > 0.98)
      #expect(full[..<192] != fast[..<192])
      // One that is smaller than the model's input is the same.
      #expect(full[192...] == fast[192...])
      #expect(try scratch.text("fast.jsonl").contains("\"decoding\": \"reduced scale\""))
      #expect(try !scratch.text("full.jsonl").contains("reduced scale"))
    }

    /// A folder tells how its vectors were decoded, and is not gone on with otherwise.
    @Test func aFolderIsOfOneKind() throws {
      let scratch = try Scratch()
      let arguments = ["embed", "--output", scratch.path("v") + "/", "--resume", Photos.shoes.path]
      #expect(try VitCommand().run(arguments).status == 0)
      let outcome = try VitCommand().run(arguments + ["--fast-decode"])
      #expect(outcome.status == 65)
      #expect(outcome.error.contains("options.fast_decode (true, not false)"))
    }
  }
}
