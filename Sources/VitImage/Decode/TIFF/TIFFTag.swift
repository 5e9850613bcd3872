/// The tags of a TIFF that are read, by the names of TIFF 6.0 and its supplements.
enum TIFFTag {
  /// Panasonic's, in RW2.
  static let jpgFromRaw = 46
  static let imageWidth = 256
  static let imageLength = 257
  static let bitsPerSample = 258
  static let compression = 259
  static let photometricInterpretation = 262
  static let fillOrder = 266
  static let make = 271
  static let stripOffsets = 273
  static let orientation = 274
  static let samplesPerPixel = 277
  static let rowsPerStrip = 278
  static let stripByteCounts = 279
  static let planarConfiguration = 284
  static let colorMap = 320
  static let tileWidth = 322
  static let tileLength = 323
  static let tileOffsets = 324
  static let subIFDs = 330
  static let inkSet = 332
  static let extraSamples = 338
  static let sampleFormat = 339
  static let sMinSampleValue = 340
  static let sMaxSampleValue = 341
  static let jpegInterchangeFormat = 513
  static let jpegInterchangeFormatLength = 514
  static let yCbCrSubSampling = 530
  static let xmp = 700
  static let iccProfile = 34675
  static let dngVersion = 50706
}
