import VitImage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One stage of an image's way to the model, measured.
struct ImageStage {
  let name: String
  let width: Int
  let height: Int
  let fileBytes: Int
  let timings: Timings
  let peakMemory: Int

  static func measure(
    _ name: String, of image: Image, file: String, seconds: Double, _ body: () throws -> Void
  ) throws -> ImageStage {
    var status = stat()
    let size = stat(file, &status) == 0 ? Int(status.st_size) : 0
    PeakMemory.reset()
    let timings = try Timings.measure(seconds: seconds, body)
    return ImageStage(
      name: name, width: image.width, height: image.height, fileBytes: size, timings: timings,
      peakMemory: PeakMemory.bytes)
  }

  var megapixelsPerSecond: Double { Double(width * height) * 1e-6 / timings.best }
}
