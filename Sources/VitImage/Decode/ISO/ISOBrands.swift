/// The brands of an ISO media file, which tell what it is.
struct ISOBrands {
  let major: FourCharacters
  let compatible: [FourCharacters]

  /// Nil where the file does not begin with a box `ftyp`.
  ///
  /// - Parameter start: of the file; brands behind it do not count.
  init?(_ start: [UInt8]) {
    var reader = BigEndianReader(start)
    guard var size = reader.integer(4), reader.type() == "ftyp" else { return nil }
    var headSize = 8
    if size == 1 {
      guard let large = reader.integer(8) else { return nil }
      size = large
      headSize = 16
    }
    guard let major = reader.type() else { return nil }
    self.major = major
    // Version.
    _ = reader.skip(4)
    let count = size == 0 ? reader.remaining : max(0, size - headSize - 8)
    var compatible: [FourCharacters] = []
    while compatible.count < count / 4, let brand = reader.type() { compatible.append(brand) }
    self.compatible = compatible
  }

  private static let avif: Set<FourCharacters> = ["avif", "avis"]
  private static let heic: Set<FourCharacters> = [
    "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs",
  ]

  /// What the major brand says, or else the first other one that says something.
  var format: ImageFormat? {
    for brand in [major] + compatible {
      if Self.avif.contains(brand) { return .avif }
      if Self.heic.contains(brand) { return .heic }
    }
    return nil
  }

  /// Whether it is a HEIF of whatever coding.
  var isHEIF: Bool {
    let brands = [major] + compatible
    return brands.contains("mif1") || brands.contains("msf1") || brands.contains("mif2")
  }

  /// What a file is whose images are not decoded, with its article; nil of what is not known.
  var stillImage: String? {
    switch major {
    case "j2ki", "j2is": "a JPEG 2000 image in a HEIF file"
    case "vvic", "vvis": "a VVC (H.266) image in a HEIF file"
    case "evbi", "evmi", "evbs", "evms": "an EVC image in a HEIF file"
    case "avci", "avcs": "an H.264 image in a HEIF file"
    case "jpeg", "jpgs": "a JPEG in a HEIF file"
    case "mif3": "a HEIF image with a condensed header"
    case "crx ": "a camera raw image of Canon"
    default: nil
    }
  }
}

extension ISOBrands {
  /// Why a file of these brands is not decoded: the brand, and what that is.
  ///
  /// - Parameter coding: of a HEIF, the type of its primary image.
  func unknownFormat(coding: FourCharacters?, name: String) -> ImageError {
    let file = "ISO media file of the brand \(major)"
    if let stillImage {
      return .unknownFormat(name: name, found: "\(file), \(stillImage)", remedy: "convert it first")
    }
    guard isHEIF else {
      return .unknownFormat(
        name: name, found: "\(file), a video or other", remedy: "extract a frame first")
    }
    let type = coding.map { " of the type \($0)" } ?? ""
    return .unknownFormat(
      name: name, found: "\(file), a HEIF image\(type)", remedy: "convert it first")
  }
}
