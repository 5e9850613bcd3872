import Testing
import VitSystem

@testable import VitImage

@Suite struct ImageTests {
  @Test func bufferWithStride() throws {
    // Two rows of two pixels, eight bytes apart; padding after the last row is missing.
    let buffer: [UInt8] = [1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12]
    let image = try buffer.withUnsafeBytes {
      try Image(width: 2, height: 2, rgb: $0, bytesPerRow: 8)
    }
    #expect(image.pixels == Array(1...12))
    #expect(image == (try Image(width: 2, height: 2, pixels: Array(1...12))))
  }

  @Test func impossibleBuffersAreErrors() {
    let buffer = [UInt8](repeating: 0, count: 14)
    for (width, height, bytesPerRow) in [
      (2, 2, 5), (2, 2, 9), (0, 2, 8), (2, -1, 8), (3, 2, 8), (2, 3, 8), (.max, .max, .max),
      (1, .max, 3), (2, 2, -8), (2, 2, .max),
    ] {
      #expect(throws: InputError.self) {
        try buffer.withUnsafeBytes {
          try Image(width: width, height: height, rgb: $0, bytesPerRow: bytesPerRow)
        }
      }
    }
    #expect(throws: InputError.self) { try Image(width: 2, height: 2, pixels: buffer) }
    #expect(throws: InputError.self) { try Image(width: 0, height: 0, pixels: []) }
    #expect(throws: InputError.self) { try Image(width: .max, height: 2, pixels: []) }
  }

  @Test func encodedPNGIsTheSameImage() throws {
    for (width, height) in [(1, 1), (3, 2), (257, 64)] {
      let pixels = (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }
      let image = try Image(width: width, height: height, pixels: pixels)
      #expect(try Image(bytes: image.pngBytes(), name: "png") == image)
    }
  }

  @Test func librariesAreNamed() {
    // Every one is installed where the tests run (scripts/test).
    #expect(ImageLibraries.missing == [])
    #expect(ImageLibraries.versions.count == 2 + DecodingLibrary.allCases.count)
    #expect(ImageLibraries.versions[1].hasPrefix("libpng 1."))
    for library in DecodingLibrary.allCases {
      #expect(ImageLibraries.versions.contains { $0.hasPrefix(library.name + " ") })
    }
  }
}
