import VitImage
import VitSystem

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
    let size = (try? FileStatus(file))?.size ?? 0
    ResourceUsage.resetPeakMemory()
    let timings = try Timings.measure(seconds: seconds, body)
    return ImageStage(
      name: name, width: image.width, height: image.height, fileBytes: size, timings: timings,
      peakMemory: ResourceUsage.peakMemory)
  }

  var megapixelsPerSecond: Double { Double(width * height) * 1e-6 / timings.best }
}
