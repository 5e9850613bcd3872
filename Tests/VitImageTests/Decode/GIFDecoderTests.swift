import Testing
import VitSystem

@testable import VitImage

@Suite struct GIFDecoderTests {
  /// A GIF whose first frame's indices are written as codes of one length: the table is emptied before it
  /// would grow.
  ///
  /// - Parameters:
  ///   - control: the flags and the transparent index of a graphic control extension.
  ///   - frame: left, top, width, height.
  static func file(
    screen: (Int, Int), palette: [[UInt8]], frame: (Int, Int, Int, Int), isInterlaced: Bool = false,
    control: (flags: UInt8, transparent: UInt8)? = nil, indices: [UInt8]
  ) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    let bits = palette.count.trailingZeroBitCount
    var bytes = Array("GIF89a".utf8) + number(screen.0) + number(screen.1)
    bytes += [0x80 | UInt8(bits - 1), 0, 0]
    for color in palette { bytes += color }
    if let control { bytes += [0x21, 0xF9, 4, control.flags, 0, 0, control.transparent, 0] }
    bytes += [0x2C] + number(frame.0) + number(frame.1) + number(frame.2) + number(frame.3)
    bytes += [isInterlaced ? 0x40 : 0, UInt8(max(2, bits))]
    // Of 2 bits codes have 3: 4 empties, 5 ends.
    precondition(bits == 2)
    var codes: [Int] = []
    for index in indices { codes += [4, Int(index)] }
    codes.append(5)
    var data: [UInt8] = []
    var held = 0
    var count = 0
    for code in codes {
      held |= code << count
      count += 3
      while count >= 8 {
        data.append(UInt8(held & 255))
        held >>= 8
        count -= 8
      }
    }
    data.append(UInt8(held))
    for start in stride(from: 0, to: data.count, by: 255) {
      let block = data[start..<min(data.count, start + 255)]
      bytes += [UInt8(block.count)] + block
    }
    return bytes + [0, 0x3B]
  }

  private static let palette: [[UInt8]] = [[9, 0, 0], [0, 9, 0], [0, 0, 9], [200, 100, 50]]

  private func reds(_ bytes: [UInt8], _ options: DecodeOptions = .likePillow) throws -> [UInt8] {
    let pixels = try Image(bytes: bytes, name: "test", options: options).pixels
    return stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] }
  }

  @Test func aPartialFrameLiesOnItsScreen() throws {
    let opaque = Self.file(
      screen: (3, 3), palette: Self.palette, frame: (1, 1, 2, 1), indices: [3, 3])
    // Around it index 0, whatever the background is.
    #expect(try reds(opaque) == [9, 9, 9, 9, 200, 200, 9, 9, 9])
    let transparent = Self.file(
      screen: (3, 3), palette: Self.palette, frame: (1, 1, 2, 1), control: (1, 1),
      indices: [3, 1])
    #expect(try reds(transparent) == [0, 0, 0, 0, 200, 0, 0, 0, 0])
    #expect(
      try reds(transparent, DecodeOptions(background: .white))
        == [255, 255, 255, 255, 200, 255, 255, 255, 255])
  }

  @Test func aFrameThatSticksOutEnlargesThePicture() throws {
    let bytes = Self.file(
      screen: (1, 1), palette: Self.palette, frame: (1, 0, 2, 2), indices: [3, 3, 3, 3])
    let image = try Image(bytes: bytes, name: "test")
    #expect((image.width, image.height) == (3, 2))
  }

  /// Every eighth row first, then those amid these.
  @Test func rowsAreInterlaced() throws {
    let bytes = Self.file(
      screen: (1, 5), palette: [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]], frame: (0, 0, 1, 5),
      isInterlaced: true, indices: [0, 1, 2, 3, 3])
    #expect(try reds(bytes) == [0, 3, 2, 3, 1])
  }

  @Test func whatIsMissingIsToldOrBlack() throws {
    let whole = Self.file(
      screen: (2, 400), palette: Self.palette, frame: (0, 0, 2, 400),
      indices: [UInt8](repeating: 3, count: 800))
    let cut = Array(whole.prefix(whole.count - 300))
    let error = #expect(throws: InputError.self) { try Image(bytes: cut, name: "test") }
    #expect(error?.problem == .damaged)
    #expect(error?.reason.contains("of 400 rows") == true)
    var options = DecodeOptions.likePillow
    options.allowsTruncated = true
    let reds = try reds(cut, options)
    #expect(reds.first == 200 && reds.last == 0)
    for length in 0..<60 {
      #expect(throws: InputError.self) {
        try Image(bytes: Array(whole.prefix(length)), name: "test")
      }
    }
    // A missing trailer is none.
    #expect(throws: Never.self) { try Image(bytes: whole.dropLast(), name: "test") }
  }

  @Test func headersTellWhatItIs() throws {
    let bytes = Self.file(
      screen: (4, 3), palette: Self.palette, frame: (0, 0, 4, 3), control: (1, 2),
      indices: [UInt8](repeating: 1, count: 12))
    let info = try Image.info(of: bytes, name: "test")
    #expect(info.format == .gif && (info.width, info.height) == (4, 3))
    #expect(info.color == .palette && info.bitsPerChannel == 2 && info.hasAlpha)
    #expect(info.frameCount == 1)
    let memory = try CompressedImage(bytes: bytes, name: "test").memory(
      DecodeOptions(appliesOrientation: false))
    #expect(memory == bytes.count + 12 * 4 + GIFIndices.tableBytes + 48 << 10)
  }
}
