import Testing

@testable import vit

@Suite struct OutputFormatTests {
  @Test func formatsAreToldByTheName() {
    #expect(OutputFormat(fileName: "a.b/v.NPY") == .npy)
    #expect(OutputFormat(fileName: "x.jsonl") == .jsonl)
    #expect(OutputFormat(fileName: "x.bin") == nil)
    #expect(OutputFormat(fileName: "x") == nil)
  }
}
