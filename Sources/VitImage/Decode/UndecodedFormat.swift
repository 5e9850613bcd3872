/// What a file is that is of no `ImageFormat`, for the error message: a format that is recognised
/// but not decoded.
struct UndecodedFormat {
  /// With its article: "a GIF".
  let description: String
  let remedy: String

  private static let convert = "convert it first"

  /// Formats told by bytes at a fixed offset.
  private static let magics: [(offset: Int, bytes: [UInt8], description: String, remedy: String)] =
    [
      (4, Array("jP  ".utf8), "a JPEG 2000 image", convert),
      (0, [0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 image", convert),
      (4, Array("JXL ".utf8), "a JPEG XL image", convert),
      (0, [0xFF, 0x0A], "a JPEG XL image", convert),
      (0, [0xFF, 0xD8], "a damaged JPEG", "copy or download it again"),
      (0, [0x89, 0x50, 0x4E, 0x47], "a damaged PNG", "copy or download it again"),
      (0, [0x8A, 0x4D, 0x4E, 0x47], "an MNG animation", convert),
      (0, [0x8B, 0x4A, 0x4E, 0x47], "a JNG image", convert),
      (0, [0x00, 0x00, 0x01, 0x00], "a Windows icon", convert),
      (0, Array("8BPS".utf8), "a Photoshop document", convert),
      (0, Array("qoif".utf8), "a QOI image", convert),
      (0, Array("%PDF".utf8), "a PDF document", "export its pages as images first"),
      (0, Array("<svg".utf8), "an SVG drawing", convert),
      (0, Array("<?xml".utf8), "an XML document", "check what the file is"),
      (0, Array("<!DO".utf8), "a web page", "download the image itself"),
      (0, Array("<!do".utf8), "a web page", "download the image itself"),
      (0, Array("<html".utf8), "a web page", "download the image itself"),
      (0, Array("version https://git-lfs".utf8), "a Git LFS pointer", "run `git lfs pull`"),
      (0, [0x1F, 0x8B], "gzip data", "decompress it first"),
      (0, [0x50, 0x4B, 0x03, 0x04], "a zip archive", "unpack it first"),
    ]

  static func detect(_ bytes: UnsafeRawBufferPointer) -> UndecodedFormat? {
    for magic in magics where bytes.dropFirst(magic.offset).starts(with: magic.bytes) {
      return UndecodedFormat(description: magic.description, remedy: magic.remedy)
    }
    if bytes.count >= 3, bytes[0] == UInt8(ascii: "P"),
      (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(bytes[1]),
      bytes[2] == 0x0A || bytes[2] == 0x20
    {
      return UndecodedFormat(description: "a PNM image", remedy: convert)
    }
    return nil
  }
}
