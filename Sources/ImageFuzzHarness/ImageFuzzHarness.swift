import CAllocationPeak
import FuzzHarness
import VitImage
import VitSystem

/// What the harnesses of image formats share: any bytes give an image of the promised size or an error,
/// and so do their headers alone; decoding takes no more memory than the headers told.
///
/// The last byte of an input chooses the options; unless its fifth bit is set, what most changes break
/// is mended first, as they would be refused at the first check otherwise.
public final class ImageFuzzHarness {
  private let harness = FuzzHarness("gave an image", "gave a damaged one")
  private let repair: (UnsafeMutableRawBufferPointer) -> Void

  /// - Parameter repair: mends a file's beginning, its sizes, its checksums.
  public init(repair: @escaping (UnsafeMutableRawBufferPointer) -> Void) { self.repair = repair }

  /// - Parameter start: the format's first bytes; nil leaves the byte there as it is.
  public convenience init(start: [UInt8?]) {
    self.init { bytes in
      for (index, byte) in start.prefix(bytes.count).enumerated() {
        if let byte { bytes[index] = byte }
      }
    }
  }

  public func execute(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    harness.execute(start, count) { input in
      let choice = input[input.count - 1]
      withExactCopy(of: UnsafeRawBufferPointer(rebasing: input.dropLast())) {
        run($0, choice)
      }
    }
  }

  private func run(_ bytes: UnsafeMutableRawBufferPointer, _ choice: UInt8) {
    guard !bytes.isEmpty else { return }
    if choice & 16 == 0 { repair(bytes) }
    var options = DecodeOptions()
    options.allowsTruncated = choice & 1 != 0
    options.appliesOrientation = choice & 2 == 0
    options.background = choice & 4 == 0 ? .white : .dropAlpha
    options.limits.pixels = 1 << 18
    options.limits.progressiveScans = 20
    options.limits.pngChunks = 100
    options.limits.pngTextBytes = 1 << 12
    let told = readHeaders(Array(bytes), options)
    vit_allocation_peak_start()
    decode(UnsafeRawBufferPointer(bytes), options)
    let taken = Int(vit_allocation_peak_stop())
    // Lists of a header whose image is refused, which grow with the file.
    let most = told + 32 * bytes.count + 64 << 10
    // Not a precondition, whose text an optimised build leaves out.
    if taken > most {
      fatalError("\(taken) bytes were taken, where the headers of \(bytes.count) told \(told)")
    }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer, _ options: DecodeOptions) {
    do {
      let image = try Image(bytes: bytes, name: "input", options: options)
      precondition(image.width > 0 && image.height > 0)
      precondition(image.width * image.height <= options.limits.pixels)
      precondition(image.pixels.count == image.width * image.height * 3)
      harness.note("gave an image")
    } catch {
      precondition(!"\(error)".isEmpty)
      switch error.problem {
      case .damaged, .unsupported: harness.note("gave a damaged one")
      case .missingLibrary: preconditionFailure("\(error)")
      default: break
      }
    }
  }

  /// Bytes of memory that decoding will take, as the headers tell.
  private func readHeaders(_ bytes: [UInt8], _ options: DecodeOptions) -> Int {
    if let info = try? Image.info(of: bytes, name: "input") {
      precondition(info.width > 0 && info.height > 0)
      precondition((1...8).contains(info.orientation) && info.frameCount > 0)
    }
    let memory = (try? CompressedImage(bytes: bytes, name: "input").memory(options)) ?? bytes.count
    precondition(memory >= bytes.count)
    return memory
  }
}
