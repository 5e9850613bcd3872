/// Turns a BMP's stored pixels into RGB8.
struct BMPPixels {
  private let header: BMPHeader
  /// `[256 × 3]` Black where the file's palette has no entry.
  private let palette: [UInt8]
  private let start: Int
  private let background: Background

  init(_ header: BMPHeader, _ bytes: UnsafeRawBufferPointer, background: Background) {
    self.header = header
    self.background = background
    start = header.offset
    var palette = [UInt8](repeating: 0, count: 256 * 3)
    for entry in 0..<min(header.paletteCount, 256) {
      let place = header.paletteOffset + entry * header.paletteEntryBytes
      for channel in 0..<3 where place + 2 - channel < bytes.count {
        // Stored as blue, green, red.
        palette[entry * 3 + channel] = bytes[place + 2 - channel]
      }
    }
    self.palette = palette
  }

  /// Writes all rows that the data has; the others are black.
  ///
  /// - Parameters:
  ///   - data: the file from its pixels on.
  ///   - output: `[height, width, 3]`, upright.
  /// - Returns: the number of stored rows that are whole.
  /// - Throws: `OutOfMemory`.
  func write(
    _ data: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<UInt8>
  ) throws -> Int {
    let rows = try writeStoredRows(data, to: output)
    for row in rows..<header.height {
      target(row, output).initialize(repeating: 0, count: header.width * 3)
    }
    return rows
  }

  private func writeStoredRows(
    _ data: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<UInt8>
  ) throws -> Int {
    if case .runs(let bits) = header.pixels {
      let (indices, count) = try BMPRunLength.decode(
        data, start: start, bits: bits, width: header.width, height: header.height)
      let rows = count / header.width
      for row in 0..<rows {
        let target = target(row, output)
        for column in 0..<header.width {
          write(index: indices[row * header.width + column], to: target + column * 3)
        }
      }
      return rows
    }
    let rowBytes = header.rowBytes
    // The last row need not be filled up.
    let least = (header.width * header.bitsPerPixel + 7) / 8
    let rows = data.count < least ? 0 : min(header.height, (data.count - least) / rowBytes + 1)
    for row in 0..<rows {
      write(
        row: UnsafeRawBufferPointer(rebasing: data[(row * rowBytes)..<(row * rowBytes + least)]),
        to: target(row, output))
    }
    return rows
  }

  private func target(
    _ row: Int, _ output: UnsafeMutableBufferPointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let upright = header.isTopDown ? row : header.height - 1 - row
    return output.baseAddress! + upright * header.width * 3
  }

  private func write(index: UInt8, to pixel: UnsafeMutablePointer<UInt8>) {
    for channel in 0..<3 { pixel[channel] = palette[Int(index) * 3 + channel] }
  }

  private func write(row: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
    switch header.pixels {
    case .runs: break
    case .indices(let bits):
      let perByte = 8 / bits
      let mask = UInt8(truncatingIfNeeded: 1 << bits - 1)
      for column in 0..<header.width {
        let shift = 8 - bits * (column % perByte + 1)
        write(index: row[column / perByte] >> shift & mask, to: target + column * 3)
      }
    case .fives, .fiveSixFive:
      let greenBits = header.pixels == .fives ? 5 : 6
      for column in 0..<header.width {
        let value = Int(row[2 * column]) | Int(row[2 * column + 1]) << 8
        func channel(_ shift: Int, _ bits: Int) -> UInt8 {
          let most = 1 << bits - 1
          return UInt8((value >> shift & most) * 255 / most)
        }
        let pixel = target + column * 3
        (pixel[0], pixel[1], pixel[2]) = (
          channel(5 + greenBits, 5), channel(5, greenBits), channel(0, 5)
        )
      }
    case .bytes(let count, let red, let green, let blue, let alpha):
      for column in 0..<header.width {
        let pixel = target + column * 3
        let place = column * count
        (pixel[0], pixel[1], pixel[2]) = (row[place + red], row[place + green], row[place + blue])
        if let alpha { blend(pixel, alpha: row[place + alpha]) }
      }
    }
  }

  /// round((colour · α + background · (255 − α)) / 255)
  private func blend(_ pixel: UnsafeMutablePointer<UInt8>, alpha: UInt8) {
    guard case .color(let red, let green, let blue) = background else { return }
    for (channel, behind) in [red, green, blue].enumerated() {
      let sum = Int(pixel[channel]) * Int(alpha) + Int(behind) * (255 - Int(alpha))
      pixel[channel] = UInt8((sum + 127) / 255)
    }
  }
}
