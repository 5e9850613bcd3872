import Testing

@testable import vit

@Suite struct DecodeFlagsTests {
  @Test func coloursAreNamesHexadecimalOrNumbers() {
    #expect(DecodeFlags.colour("White").map { [$0.0, $0.1, $0.2] } == [255, 255, 255])
    #expect(DecodeFlags.colour("#0a80Ff").map { [$0.0, $0.1, $0.2] } == [10, 128, 255])
    #expect(DecodeFlags.colour("1,2,3").map { [$0.0, $0.1, $0.2] } == [1, 2, 3])
    for wrong in ["#12345", "#+12345", "1,2", "1,2,256", "mauve", ""] {
      #expect(DecodeFlags.colour(wrong) == nil)
    }
  }
}
