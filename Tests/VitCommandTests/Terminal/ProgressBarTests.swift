import Testing

@testable import vit

@Suite struct ProgressBarTests {
  @Test func progressTellsRateAndRemainingTime() {
    #expect(
      ProgressBar.text(done: 120, total: 240, seconds: 60)
        == "[############------------]  120/240  2.0 images/s  1 min 0 s left")
    #expect(ProgressBar.text(done: 3, total: nil, seconds: 1) == "3  3.0 images/s")
    #expect(ProgressBar.duration(3.2) == "4 s")
    #expect(ProgressBar.duration(12_000) == "3 h 20 min")
  }
}
