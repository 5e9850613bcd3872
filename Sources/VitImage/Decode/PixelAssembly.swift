import CCodecs
import VitSystem

/// Turning decoded rows into an upright image, shared by the formats.
enum PixelAssembly {
  /// What a decoder delivered.
  struct Outcome {
    let pixels: [UInt8]
    let status: codec_status
    /// Stored rows that were delivered; those after them are black.
    let rows: Int
  }

  /// Rows of a strip that is reoriented while it is in the cache; fewer of a wide image, so that a
  /// strip is no larger than it must be.
  static func stripRows(width: Int, height: Int) -> Int {
    max(1, min(32, height, stripBytes / (width * 3)))
  }

  private static let stripBytes = 1 << 20

  /// Decodes all rows of a `width` x `height` image into upright RGB8.
  ///
  /// An upright image is decoded in place; any other goes through a small strip, so that no second
  /// copy of the image is needed.
  ///
  /// - Parameter readRows: decodes the next rows to a pointer and says how many there were.
  static func assemble(
    width: Int, height: Int, orientation: Orientation,
    readRows: (UnsafeMutablePointer<UInt8>, _ rows: UInt32, _ done: inout UInt32) -> codec_status
  ) -> Outcome {
    var status = CODEC_OK
    var rows = 0
    func fill(_ output: UnsafeMutablePointer<UInt8>) throws {
      if orientation == .upright {
        var done: UInt32 = 0
        status = readRows(output, UInt32(height), &done)
        rows = Int(done)
        if rows < height {
          (output + rows * width * 3).initialize(repeating: 0, count: (height - rows) * width * 3)
        }
      } else {
        let stripRows = stripRows(width: width, height: height)
        var memory = try InputMemory.array(of: UInt8.self, count: stripRows * width * 3) {
          $0.initialize(repeating: 0)
        }
        memory.withUnsafeMutableBufferPointer { memory in
          turn(memory.baseAddress!, rows: stripRows, into: output)
        }
      }
    }
    func turn(
      _ strip: UnsafeMutablePointer<UInt8>, rows stripRows: Int,
      into output: UnsafeMutablePointer<UInt8>
    ) {
      while rows < height {
        let wanted = min(stripRows, height - rows)
        var done: UInt32 = 0
        if status == CODEC_OK {
          status = readRows(strip, UInt32(wanted), &done)
        }
        let delivered = Int(done)
        if delivered < wanted {
          (strip + delivered * width * 3)
            .initialize(repeating: 0, count: (wanted - delivered) * width * 3)
        }
        orientation.place(
          strip, firstRow: rows, rows: wanted, width: width, height: height, in: output)
        rows += delivered
        if delivered < wanted {
          blacken(
            from: rows + (wanted - delivered), strip: strip, stripRows: stripRows, width: width,
            height: height, orientation: orientation, output: output)
          break
        }
      }
    }
    do {
      let pixels = try InputMemory.array(of: UInt8.self, count: width * height * 3) {
        try fill($0.baseAddress!)
      }
      return Outcome(pixels: pixels, status: status, rows: rows)
    } catch {
      return Outcome(pixels: [], status: CODEC_OUT_OF_MEMORY, rows: 0)
    }
  }

  /// Fills the stored rows from `first` on, which no decoder delivered.
  private static func blacken(
    from first: Int, strip: UnsafeMutablePointer<UInt8>, stripRows: Int, width: Int, height: Int,
    orientation: Orientation, output: UnsafeMutablePointer<UInt8>
  ) {
    strip.initialize(repeating: 0, count: stripRows * width * 3)
    for row in stride(from: first, to: height, by: stripRows) {
      orientation.place(
        strip, firstRow: row, rows: min(stripRows, height - row), width: width, height: height,
        in: output)
    }
  }

  /// Checks a header's dimensions against the limits.
  static func checkSize(
    width: UInt32, height: UInt32, limits: DecodeLimits, name: String, format: ImageFormat
  ) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw .corrupt(name: name, format: format, reason: "\(width) x \(height) pixels")
    }
    // Two 32-bit factors: no overflow in 64 bits.
    let area = UInt64(width) * UInt64(height)
    guard area <= UInt64(max(limits.pixels, 0)), area <= UInt64(Int.max / 4) else {
      throw .exceedsLimit(
        name: name, what: "\(width) x \(height) = \(area) pixels",
        limit: "\(limits.pixels) pixels")
    }
  }

  /// The warning of an image whose last rows are missing.
  static func breakOff(after rows: Int, of height: Int) -> String {
    "the image data breaks off after \(rows) of \(height) rows; the rest is black"
  }

  /// The error that a status stands for.
  static func error(
    _ status: codec_status, report: codec_report, name: String, format: ImageFormat,
    limits: DecodeLimits
  ) -> ImageError {
    let reason = text(report.error)
    switch status {
    case CODEC_TRUNCATED: return .truncated(name: name, format: format, reason: reason)
    case CODEC_UNSUPPORTED: return .unsupported(name: name, format: format, reason: reason)
    case CODEC_OUT_OF_MEMORY: return .outOfMemory(name: name)
    case CODEC_NO_LIBRARY:
      // Only of a format that has one.
      return format.library.map {
        .missingLibrary(name: name, format: format, library: $0, reason: reason)
      } ?? .corrupt(name: name, format: format, reason: reason)
    case CODEC_TOO_MANY_SCANS:
      return .exceedsLimit(name: name, what: reason, limit: "\(limits.progressiveScans) scans")
    default: return .corrupt(name: name, format: format, reason: reason)
    }
  }

  /// The library's warnings as one line, or none.
  static func warnings(_ report: codec_report) -> [String] {
    switch report.warning_count {
    case 0: []
    case 1: [text(report.warning)]
    default: ["\(text(report.warning)) (and \(report.warning_count - 1) more)"]
    }
  }

  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
