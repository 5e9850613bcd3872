import Testing

@testable import VitSystem

@Suite struct CountedTests {
  @Test func groupsOfThousands() {
    #expect(grouped(5_717_416) == "5,717,416")
    #expect(grouped(100) == "100")
    #expect(grouped(-1000) == "-1,000")
  }

  @Test func oneIsNotPlural() {
    #expect(counted(1, "image") == "1 image")
    #expect(counted(1000, "image") == "1,000 images")
  }
}
