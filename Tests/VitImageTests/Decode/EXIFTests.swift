import Testing

@testable import VitImage

@Suite struct EXIFTests {
  private func orientation(_ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { EXIF.orientation(in: $0) }
  }

  @Test func typesAndPrefix() {
    #expect(orientation(TestImage.tiff(orientation: 6)) == 6)
    #expect(orientation(TestImage.tiff(orientation: 6, bigEndian: true)) == 6)
    #expect(orientation(TestImage.tiff(orientation: 6, bigEndian: true, type: 4)) == 6)
    #expect(orientation(Array("Exif\0\0Exif\0\0".utf8) + TestImage.tiff(orientation: 2)) == 2)
    #expect(orientation(TestImage.tiff(orientation: 6, type: 2)) == nil)
    #expect(orientation(TestImage.tiff(orientation: 6, count: 2)) == nil)
    // No orientation, but the tag is there: XMP does not count.
    #expect(orientation(TestImage.tiff(orientation: 0)) == 0)
    #expect(orientation(TestImage.tiff(orientation: 9)) == 9)
  }

  @Test func damagedDataHasNone() {
    let whole = TestImage.tiff(orientation: 6)
    // The last four bytes are the offset of the next directory, the two before them padding.
    for count in 0..<(whole.count - 6) {
      #expect(orientation(Array(whole[..<count])) == nil, "\(count) bytes")
    }
    for value in [UInt8(0xFF), 0x80, 0x7F] {
      for position in 0..<8 {
        var damaged = whole
        damaged[position] = value
        #expect(orientation(damaged) == nil)
      }
    }
    var many = whole
    many[8] = 0xFF
    many[9] = 0xFF
    #expect(orientation(many) == 6)
  }

  @Test func xmpFindsTheFirstDigit() {
    func xmp(_ text: String) -> Int? {
      Array(text.utf8).withUnsafeBytes { XMP.orientation(in: $0) }
    }
    #expect(xmp("<a tiff:Orientation=\"6\"/>") == 6)
    #expect(xmp("<tiff:Orientation>3</tiff:Orientation>") == 3)
    #expect(xmp("tiff:Orientation tiff:Orientation='1' tiff:Orientation>8") == 8)
    #expect(xmp("tiff:Orientation") == nil)
    #expect(xmp("tiff:Orientation=\"") == nil)
    #expect(xmp("tiff:Orientation>x") == nil)
    #expect(xmp("") == nil)
  }
}
