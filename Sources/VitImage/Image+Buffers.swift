import VitSystem

extension Image {
  /// An image from a buffer of pixels: a camera's frame, a drawing surface, a NumPy array.
  ///
  /// O(width × height); the pixels are copied.
  ///
  /// - Parameters:
  ///   - pixels: rows from the top, each `bytesPerRow` bytes after the one before; padding after the last
  ///     may be missing.
  ///   - layout: of a pixel.
  ///   - bytesPerRow: nil where rows follow each other without padding.
  ///   - background: what transparent pixels become.
  /// - Throws: `InputError` of the kind `.invalid` unless both sides are positive, a row fits into
  ///   `bytesPerRow` and all rows lie within the buffer.
  public init(
    width: Int, height: Int, pixels: UnsafeRawBufferPointer, layout: PixelLayout,
    bytesPerRow: Int? = nil, background: Background = .white
  ) throws(InputError) {
    self = try ImageError.publicly { () throws(ImageError) in
      let count = try Image.byteCount(width: width, height: height)
      let (rowBytes, tooWide) = width.multipliedReportingOverflow(by: layout.bytesPerPixel)
      let stride = bytesPerRow ?? rowBytes
      guard !tooWide, stride >= rowBytes else {
        throw .invalidPixels(
          "a row of \(width) pixels is \(rowBytes) bytes, more than bytesPerRow \(stride)")
      }
      let (start, overflow) = (height - 1).multipliedReportingOverflow(by: stride)
      guard !overflow, start <= pixels.count, pixels.count - start >= rowBytes else {
        throw .invalidPixels(
          "\(height) rows of \(stride) bytes do not fit into a buffer of \(pixels.count)")
      }
      let rgb = [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
        for row in 0..<height {
          let source = UnsafeRawBufferPointer(
            rebasing: pixels[row * stride..<row * stride + rowBytes])
          let rest = target.baseAddress! + row * width * 3
          layout.convert(source, width: width, to: rest, background: background)
        }
        initializedCount = count
      }
      return Image(unchecked: rgb, width: width, height: height)
    }
  }

  /// The same from an array.
  public init(
    width: Int, height: Int, pixels: [UInt8], layout: PixelLayout, bytesPerRow: Int? = nil,
    background: Background = .white
  ) throws(InputError) {
    let result = pixels.withUnsafeBytes { bytes in
      Result { () throws(InputError) in
        try Image(
          width: width, height: height, pixels: bytes, layout: layout, bytesPerRow: bytesPerRow,
          background: background)
      }
    }
    self = try result.get()
  }

  /// An image from a buffer of RGB8 rows that start `bytesPerRow` bytes apart.
  ///
  /// - Throws: as `init(width:height:pixels:layout:bytesPerRow:background:)`.
  public init(
    width: Int, height: Int, rgb: UnsafeRawBufferPointer, bytesPerRow: Int
  ) throws(InputError) {
    try self.init(
      width: width, height: height, pixels: rgb, layout: .rgb, bytesPerRow: bytesPerRow)
  }
}

extension PixelLayout {
  /// Writes `width` pixels as RGB.
  fileprivate func convert(
    _ source: UnsafeRawBufferPointer, width: Int, to target: UnsafeMutablePointer<UInt8>,
    background: Background
  ) {
    func blended(_ value: UInt8, _ alpha: UInt8, over background: UInt8) -> UInt8 {
      let (value, alpha, background) = (Int(value), Int(alpha), Int(background))
      return UInt8((value * alpha + background * (255 - alpha) + 127) / 255)
    }
    // The places of the channels within a pixel.
    let (red, green, blue) =
      switch self {
      case .rgb, .rgba: (0, 1, 2)
      case .bgr, .bgra: (2, 1, 0)
      case .gray: (0, 0, 0)
      }
    let hasAlpha = bytesPerPixel == 4
    for column in 0..<width {
      let pixel = UnsafeRawBufferPointer(
        rebasing: source[column * bytesPerPixel..<(column + 1) * bytesPerPixel])
      let rgb = target + 3 * column
      if hasAlpha, case .color(let backRed, let backGreen, let backBlue) = background {
        rgb[0] = blended(pixel[red], pixel[3], over: backRed)
        rgb[1] = blended(pixel[green], pixel[3], over: backGreen)
        rgb[2] = blended(pixel[blue], pixel[3], over: backBlue)
      } else {
        rgb[0] = pixel[red]
        rgb[1] = pixel[green]
        rgb[2] = pixel[blue]
      }
    }
  }
}
