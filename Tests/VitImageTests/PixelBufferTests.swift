import Foundation
import Testing
import VitSystem

@testable import VitImage

@Suite struct PixelBufferTests {
  private static let rgb: [UInt8] = [10, 20, 30, 40, 50, 60]

  @Test(arguments: [
    (PixelLayout.rgb, [10, 20, 30, 40, 50, 60] as [UInt8]),
    (.bgr, [30, 20, 10, 60, 50, 40]),
    (.rgba, [10, 20, 30, 255, 40, 50, 60, 255]),
    (.bgra, [30, 20, 10, 255, 60, 50, 40, 255]),
  ])
  func theSameTwoPixels(layout: PixelLayout, bytes: [UInt8]) throws {
    for padding in [0, 5] {
      let rows = bytes + [UInt8](repeating: 7, count: padding) + bytes
      let image = try Image(
        width: 2, height: 2, pixels: rows, layout: layout, bytesPerRow: bytes.count + padding)
      #expect(image.pixels == Self.rgb + Self.rgb)
    }
    let one = try Image(width: 2, height: 1, pixels: bytes, layout: layout)
    #expect(one.pixels == Self.rgb)
  }

  @Test func grayAndTransparency() throws {
    let gray = try Image(width: 2, height: 1, pixels: [3, 200], layout: .gray)
    #expect(gray.pixels == [3, 3, 3, 200, 200, 200])
    let pixels: [UInt8] = [100, 0, 50, 0, 100, 0, 50, 128]
    let over = try Image(
      width: 2, height: 1, pixels: pixels, layout: .rgba,
      background: .color(red: 255, green: 0, blue: 10))
    // round((value · α + background · (255 − α)) / 255)
    #expect(over.pixels == [255, 0, 10, 177, 0, 30])
  }

  @Test func whatDoesNotFitIsRefused() {
    for (width, height, count, stride) in [
      (0, 1, 8, nil), (1, -1, 8, nil), (2, 2, 15, nil), (2, 2, 16, 7), (Int.max, Int.max, 16, nil),
      (1, Int.max, 16, Int.max), (Int.max / 3, 1, 16, nil), (2, 2, 16, -8),
    ] as [(Int, Int, Int, Int?)] {
      let bytes = [UInt8](repeating: 0, count: count)
      let error = #expect(throws: InputError.self) {
        try Image(width: width, height: height, pixels: bytes, layout: .rgba, bytesPerRow: stride)
      }
      #expect(error?.problem == .invalid)
    }
  }

  @Test func dataAndAFileURL() throws {
    let image = try Image(width: 2, height: 1, pixels: Self.rgb)
    let data = Data(try image.pngBytes())
    #expect(try Image(data: data, name: "x") == image)
    #expect(try Image(data: (Data([0]) + data).dropFirst(), name: "x") == image)
    let url = FileManager.default.temporaryDirectory.appending(path: "vit-ä %\(UUID()).png")
    try data.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(try Image(contentsOf: url) == image)
  }
}
