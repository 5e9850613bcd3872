import CCodecs

/// TIFF through libtiff: the first page, of all kinds that Pillow reads, and some more.
enum TIFFDecoder {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String, options: DecodeOptions
  ) throws(ImageError) -> DecodedImage {
    var window = ByteWindow(bytes)
    let image = try TIFFImage(&window, name: name)
    try image.checkSizes(options.limits, name: name)
    let orientation = try image.orientation(&window)
    let layout = image.layout
    var told = codec_tiff_layout()
    told.width = UInt32(layout.width)
    told.height = UInt32(layout.height)
    told.compression = UInt16(truncatingIfNeeded: layout.compression)
    told.bits = UInt16(layout.bits)
    told.number = layout.number
    told.samples = UInt16(layout.samples)
    told.is_planar = layout.isPlanar
    told.is_tiled = layout.isTiled
    told.color = layout.color
    told.alpha_sample = Int32(layout.alphaSample ?? -1)
    told.is_premultiplied = layout.isPremultiplied
    told.lowest = layout.lowest
    told.highest = layout.highest
    told.largest_allocation = image.workingMemory
    return try layout.palette.withUnsafeBufferPointer { (palette) throws(ImageError) in
      told.palette = palette.baseAddress
      return try LibraryPicture.decode(
        bytes, name: name, format: .tiff, options: options, orientation: orientation
      ) { codec_tiff_create($0, &told) }
    }
  }
}
