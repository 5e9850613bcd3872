/// An item of a HEIF: an image, a tile of one, or what is told of it.
struct HEIFItem {
  let type: FourCharacters
  let isHidden: Bool
  /// Where its data lies: in the file, or in the box `idat`.
  var isInsideMeta = false
  /// Of the file, or of that box.
  var extents: [(offset: Int, count: Int)] = []
  /// Places in the list of properties, which count from 1.
  var properties: [Int] = []
  /// Of type `dimg`: what it is made of, and where in the file their numbers are.
  var parts: [Int] = []
  var partsPlace = 0..<0
  /// Of type `auxl` and `thmb`: whose second image it is.
  var auxiliaryOf: [Int] = []
  var thumbnailOf: [Int] = []

  /// Whether it is a picture, or part of one.
  var isImage: Bool {
    switch type {
    case "hvc1", "hev1", "lhv1", "av01", "avc1", "vvc1", "evc1", "jpeg", "j2k1", "unci", "grid",
      "iovl", "iden":
      true
    default: false
    }
  }

  /// Whether it is made of other images.
  var isDerived: Bool { type == "grid" || type == "iovl" || type == "iden" }
}
