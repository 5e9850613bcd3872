import Foundation
import Testing
import VitCheckpoint
import VitTestSupport

@testable import VitImage

extension DecodeOptions {
  /// As Pillow's `open` and `convert("RGB")`: no orientation, transparency dropped.
  static let likePillow = DecodeOptions(appliesOrientation: false, background: .dropAlpha)
}

extension Image {
  /// SHA-256 of the RGB bytes.
  var digest: String { SHA256.hexadecimal(pixels) }

  /// Decodes bytes with the name "test".
  static func test(_ bytes: [UInt8], _ options: DecodeOptions = DecodeOptions()) throws
    -> DecodedImage
  {
    try bytes.withUnsafeBytes { try decode($0, name: "test", options: options) }
  }

  /// Pixel at a column and row.
  subscript(x: Int, y: Int) -> [UInt8] {
    Array(pixels[((y * width + x) * 3)..<((y * width + x) * 3 + 3)])
  }
}

/// What decoding was refused with, or nil.
func refusal(_ bytes: [UInt8], _ options: DecodeOptions = DecodeOptions()) -> ImageError? {
  do {
    _ = try Image.test(bytes, options)
    return nil
  } catch {
    return error as? ImageError
  }
}

/// Whether what came of damaged bytes is an image within the limits, or an error that begins with the
/// name and ends in what to do.
///
/// - Returns: whether it is an image.
func expectImageOrRefusal(
  _ name: String, limit: Int, _ decode: () throws -> DecodedImage
) -> Bool {
  do {
    let image = try decode().image
    let area = image.width * image.height
    #expect(image.width > 0 && image.height > 0 && area <= limit, "\(name)")
    #expect(image.pixels.count == 3 * area, "\(name)")
    return true
  } catch let error as ImageError {
    let text = error.description
    #expect(text.hasPrefix("\(name): ") && text.contains("; "), "\(text)")
  } catch {
    Issue.record("\(name): another error than an ImageError: \(error)")
  }
  return false
}

/// Small images made or taken apart in tests.
enum TestImage {
  static func committed(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: TestData.committed("images/" + name)))
  }

  /// Three columns, two rows, all pixels different.
  static let small = Image(
    unchecked: (0..<18).map { UInt8($0 * 13) }, width: 3, height: 2)

  /// A PNG chunk with its checksum.
  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(body.withUnsafeBytes { Zlib.crc32($0) })
  }

  /// A PNG with chunks put in after its header.
  static func png(_ image: Image = small, with chunks: [[UInt8]], atEnd: Bool = false) throws
    -> [UInt8]
  {
    var bytes = try image.pngBytes()
    bytes.insert(contentsOf: chunks.flatMap { $0 }, at: atEnd ? bytes.count - 12 : 33)
    return bytes
  }

  /// The PNG with its one chunk of image data in chunks of three bytes.
  static func splittingImageData(_ png: [UInt8]) throws -> [UInt8] {
    let start = try #require(
      png.indices.dropLast(4).first { png[$0..<$0 + 4].elementsEqual("IDAT".utf8) })
    let count = png[start - 4..<start].reduce(0) { $0 << 8 | Int($1) }
    let data = Array(png[start + 4..<start + 4 + count])
    let parts = stride(from: 0, to: count, by: 3).flatMap {
      chunk("IDAT", Array(data[$0..<min($0 + 3, count)]))
    }
    return Array(png[..<(start - 4)]) + parts + png[(start + 8 + count)...]
  }

  /// A JPEG with segments put in after its first marker.
  static func jpeg(_ name: String, with segments: [(marker: UInt8, data: [UInt8])]) throws
    -> [UInt8]
  {
    var bytes = try committed(name)
    let inserted = segments.flatMap { segment -> [UInt8] in
      let length = segment.data.count + 2
      return [0xFF, segment.marker, UInt8(length >> 8), UInt8(length & 0xFF)] + segment.data
    }
    bytes.insert(contentsOf: inserted, at: 2)
    return bytes
  }

  /// TIFF data whose first directory holds an orientation of type short.
  static func tiff(
    orientation: UInt16, bigEndian: Bool = false, type: UInt16 = 3, count: UInt32 = 1
  )
    -> [UInt8]
  {
    func two(_ value: UInt16) -> [UInt8] {
      let bytes = [UInt8(value >> 8), UInt8(value & 0xFF)]
      return bigEndian ? bytes : bytes.reversed()
    }
    func four(_ value: UInt32) -> [UInt8] {
      bigEndian ? self.bigEndian(value) : self.bigEndian(value).reversed()
    }
    let value = type == 3 ? two(orientation) + two(0) : four(UInt32(orientation))
    return (bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]) + two(42) + four(8) + two(1)
      + two(0x0112) + two(type) + four(count) + value + four(0)
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
