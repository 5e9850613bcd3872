import Testing

@testable import vit

@Suite struct TextTests {
  @Test func decimalsRoundAndKeepTheirZeros() {
    #expect(decimals(0.05, 1) == "0.1")
    #expect(decimals(99.96, 1) == "100.0")
    #expect(decimals(-0.001, 2) == "0.00")
    #expect(decimals(-1.5, 3) == "-1.500")
    #expect(decimals(3.4, 0) == "3")
    #expect(decimals(.nan, 1) == "nan")
  }
}
