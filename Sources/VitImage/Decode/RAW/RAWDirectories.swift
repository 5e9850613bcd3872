import VitSystem

/// The directories of a raw file that is shaped as a TIFF: those in a row, and those below them.
struct RAWDirectories {
  /// The first is IFD0.
  private let all: [TIFFDirectory]

  /// Directories beyond which no more are looked at.
  private static let most = 64

  /// Of a file that is shaped as a TIFF, but begins otherwise: Olympus (ORF), Panasonic (RW2).
  static func form(_ start: [UInt8]) -> TIFFForm? {
    switch start.prefix(4) {
    case [0x49, 0x49, 0x52, 0x4F], [0x49, 0x49, 0x52, 0x53], [0x49, 0x49, 0x55, 0x00]:
      TIFFForm(isBigEndian: false, isBig: false)
    case [0x4D, 0x4D, 0x4F, 0x52]: TIFFForm(isBigEndian: true, isBig: false)
    default: nil
    }
  }

  init(_ window: inout ByteWindow, _ form: TIFFForm) throws(ImageError) {
    var found: [TIFFDirectory] = []
    var seen: Set<Int> = []
    var waiting =
      try TIFFDirectory.offset(
        &window, at: form.firstDirectory, bytes: 4, form.isBigEndian
      ).map { [$0] } ?? []
    while let position = waiting.first, found.count < Self.most {
      waiting.removeFirst()
      guard seen.insert(position).inserted,
        let directory = try TIFFDirectory(&window, at: position, form)
      else { continue }
      found.append(directory)
      if directory.next != 0 { waiting.append(directory.next) }
      waiting += try directory.integers(TIFFTag.subIFDs, &window, most: Self.most) ?? []
    }
    all = found
  }

  // MARK: Raw or not

  /// Compressions of makers: of Sony, Samsung, Nikon, Kodak and Pentax.
  private static let makersCompressions: Set<Int> = [
    32767, 32769, 32770, 32772, 34713, 65000, 65535,
  ]

  private enum Photometric {
    static let colorFilterArray = 32803
    static let linearRaw = 34892
  }

  /// A TIFF otherwise: a DNG's version, sensor data, or what only a maker's programs read beside the
  /// maker's name.
  func isRaw(_ window: inout ByteWindow) throws(ImageError) -> Bool {
    guard let first = all.first else { return false }
    if first.entries[TIFFTag.dngVersion] != nil { return true }
    for directory in all {
      if try Self.isSensorData(directory, &window) { return true }
      if first.entries[TIFFTag.make] != nil,
        let compression = try directory.integer(TIFFTag.compression, &window),
        Self.makersCompressions.contains(compression)
      {
        return true
      }
    }
    return false
  }

  private static func isSensorData(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) -> Bool {
    switch try directory.integer(TIFFTag.photometricInterpretation, &window) {
    case Photometric.colorFilterArray, Photometric.linearRaw: true
    default: false
    }
  }

  // MARK: What is in it

  func orientation(_ window: inout ByteWindow) throws(ImageError) -> Orientation? {
    try all.first?.integer(TIFFTag.orientation, &window).flatMap(Orientation.init(rawValue:))
  }

  /// The largest of the images that hold sensor data.
  func sensorSize(
    _ window: inout ByteWindow
  ) throws(ImageError) -> (width: Int, height: Int)? {
    var best: (width: Int, height: Int)?
    for directory in all where try Self.isSensorData(directory, &window) {
      guard let width = try directory.integer(TIFFTag.imageWidth, &window),
        let height = try directory.integer(TIFFTag.imageLength, &window),
        (1...0xFFFF).contains(width), (1...0xFFFF).contains(height)
      else { continue }
      if width * height > best.map({ $0.width * $0.height }) ?? 0 { best = (width, height) }
    }
    return best
  }

  func largestPreview(_ window: inout ByteWindow) throws(ImageError) -> JPEGStream? {
    var best: JPEGStream?
    for directory in all {
      for range in try Self.places(directory, &window) {
        let clipped = range.clamped(to: 0..<window.count)
        guard let found = try JPEGStream(&window, in: clipped) else { continue }
        if found.area > best?.area ?? 0 { best = found }
      }
    }
    return best
  }

  /// Where a directory says that a JPEG lies.
  private static func places(
    _ directory: TIFFDirectory, _ window: inout ByteWindow
  ) throws(ImageError) -> [Range<Int>] {
    var places: [Range<Int>] = []
    func add(_ offset: Int?, _ count: Int?) {
      guard let offset, let count, offset >= 0, count > 0 else { return }
      places.append(offset..<Saturating.sum(offset, count))
    }
    add(
      try directory.integer(TIFFTag.jpegInterchangeFormat, &window),
      try directory.integer(TIFFTag.jpegInterchangeFormatLength, &window))
    if let entry = directory.entries[TIFFTag.jpgFromRaw] { add(entry.position, entry.count) }
    // As JPEG, old or new, in one piece; sensor data that is compressed so is lossless.
    if [6, 7].contains(try directory.integer(TIFFTag.compression, &window)),
      directory.entries[TIFFTag.stripOffsets]?.count == 1
    {
      add(
        try directory.integer(TIFFTag.stripOffsets, &window),
        try directory.integer(TIFFTag.stripByteCounts, &window))
    }
    return places
  }
}
