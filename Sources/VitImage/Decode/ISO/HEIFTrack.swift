/// A track of an image sequence (ISO/IEC 14496-12, 8.3): what its first description tells.
struct HEIFTrack {
  private(set) var width = 0
  private(set) var height = 0
  private(set) var frameCount = 0
  /// Of the samples: `av01`, `hvc1`.
  private(set) var coding: FourCharacters?
  private(set) var properties: [HEIFProperty] = []
  /// Whether it is the transparency of another.
  private(set) var isAuxiliary = false

  static func all(
    _ window: inout ByteWindow, _ movie: ISOBox
  ) throws(ImageError) -> [HEIFTrack] {
    var tracks: [HEIFTrack] = []
    try window.forEachBox(in: movie.content) { (window, box) throws(ImageError) in
      if box.type == "trak" {
        var track = HEIFTrack()
        try track.take(&window, box.content, depth: 0)
        tracks.append(track)
      }
      return tracks.count < 64
    }
    return tracks
  }

  private mutating func take(
    _ window: inout ByteWindow, _ range: Range<Int>, depth: Int
  ) throws(ImageError) {
    guard depth < 6 else { return }
    var boxes: [ISOBox] = []
    try window.forEachBox(in: range) { (_, box) throws(ImageError) in
      boxes.append(box)
      return boxes.count < 1 << 10
    }
    for box in boxes {
      switch box.type {
      case "mdia", "minf", "stbl", "tref": try take(&window, box.content, depth: depth + 1)
      case "auxl": isAuxiliary = true
      case "tkhd": try takeHeader(&window, box)
      case "stsd": try takeDescription(&window, box)
      case "stsz":
        var reader = try window.reader(box)
        if reader.skip(8) != nil, let count = reader.integer(4) { frameCount = count }
      default: break
      }
    }
  }

  private mutating func takeHeader(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    var reader = try window.reader(box)
    // Times of four or eight bytes, then layer, group, volume and matrix.
    guard let (version, _) = reader.versionAndFlags(),
      reader.skip((version == 0 ? 20 : 32) + 16 + 36) != nil, let width = reader.integer(4),
      let height = reader.integer(4)
    else { return }
    // With sixteen bits behind the point.
    (self.width, self.height) = (width >> 16, height >> 16)
  }

  private mutating func takeDescription(
    _ window: inout ByteWindow, _ box: ISOBox
  ) throws(ImageError) {
    // Version, flags and number of entries.
    let start = box.content.lowerBound + 8
    guard let entry = try window.box(at: start, end: box.content.upperBound) else { return }
    coding = entry.type
    // The fields of a VisualSampleEntry come before its boxes.
    let boxes = entry.content.lowerBound + 78
    guard boxes < entry.content.upperBound else { return }
    properties = try HEIFProperty.all(&window, in: boxes..<entry.content.upperBound)
  }
}
