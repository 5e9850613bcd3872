import VitKit
import VitSystem

/// How many images are left in archives, told from their bytes: nobody reads their headers ahead.
struct ArchiveProgress {
  private var sizes = ExactDictionary<Int>()
  /// Of archives that are not gone through yet, the current one included.
  private var bytesLeft = 0
  /// Of those that are.
  private var bytesDone = 0
  private var imagesDone = 0

  var hasArchives: Bool { !sizes.isEmpty }

  mutating func add(_ path: String) {
    let size = (try? FileStatus(path))?.size ?? 0
    sizes[path] = size
    bytesLeft += size
  }

  mutating func finish(_ archive: ArchiveOfImages) {
    let size = sizes[archive.path] ?? 0
    bytesLeft -= size
    bytesDone += size
    imagesDone += archive.imageCount
  }

  /// Images of the archives that were not handed out yet; nil before the first.
  func imagesLeft(after current: ArchiveOfImages?) -> Int? {
    let position = current.map { $0.position ?? sizes[$0.path] ?? 0 } ?? 0
    let images = imagesDone + (current?.imageCount ?? 0)
    let bytes = bytesDone + position
    guard images > 0, bytes > 0 else { return nil }
    let left = Double(max(0, bytesLeft - position))
    return Int((left / Double(bytes) * Double(images)).rounded())
  }
}
