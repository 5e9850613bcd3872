import Testing

@testable import vit

@Suite struct ProgressBarTests {
  @Test func progressTellsRateAndRemainingTime() {
    #expect(
      ProgressBar.text(done: 120, total: .init(count: 240), seconds: 60)
        == "[############------------]  120/240  2.0 images/s  1 min 0 s left")
    #expect(
      ProgressBar.text(done: 10, total: .init(count: 40, isEstimate: true), seconds: 10)
        == "[######------------------]  10/about 40  1.0 images/s  30 s left")
    #expect(ProgressBar.text(done: 3, total: nil, seconds: 1) == "3  3.0 images/s")
    #expect(ProgressBar.duration(3.2) == "4 s")
    #expect(ProgressBar.duration(12_000) == "3 h 20 min")
  }
}
