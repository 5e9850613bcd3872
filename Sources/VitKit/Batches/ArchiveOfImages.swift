import VitImage
import VitSystem

/// The images in a tar archive, in its order, as `ARCHIVE/MEMBER`: a shard of WebDataset's for instance.
/// Whether a member is an image shows in its name, as in folders; others are only counted.
package struct ArchiveOfImages {
  package let path: String
  package private(set) var imageCount = 0
  package private(set) var otherFiles = 0
  package private(set) var passedOver = 0
  private let passesOver: (_ name: String) -> Bool
  private var archive: TarArchive?
  /// Why it ended before its end; nil where it did not.
  private var failure: InputError?
  private var hasEnded = false

  /// - Parameters:
  ///   - path: opened at once; what is wrong with it is told as its only image.
  ///   - passesOver: whether a member of that name is not looked at.
  package init(path: String, passesOver: @escaping (_ name: String) -> Bool) {
    self.path = path
    self.passesOver = passesOver
    do { archive = TarArchive(try RegularFile(ofImages: path)) } catch {
      failure = InputError(image: error, name: path)
    }
  }

  /// Nil at the end. An archive that is damaged fails after the images that could be found.
  package mutating func next() -> ImageSource? {
    while let member = member() {
      if passesOver(member.name) {
        passedOver += 1
        continue
      }
      guard ImageFormat.isName(member.name) else {
        otherFiles += 1
        continue
      }
      imageCount += 1
      let name = "\(path)/\(member.name)"
      if let problem = member.problem {
        return .failed(InputError(name, .unsupported, reason: problem))
      }
      return ImageSource(
        name: name, kind: .member(path: path, offset: member.offset, size: member.size))
    }
    if hasEnded { return nil }
    hasEnded = true
    if failure == nil, imageCount == 0 {
      failure = InputError(
        path, .invalid,
        reason:
          "an archive without images (\(ImageFormat.patterns) …) (\(summary ?? "it is empty"))",
        remedy: "name another")
    }
    return failure.map { .failed($0) }
  }

  /// `2 other files, 1 hidden or excluded`; nil where there are images alone.
  package var summary: String? {
    var counts: [String] = []
    if otherFiles > 0 { counts.append(counted(otherFiles, "other file")) }
    if passedOver > 0 { counts.append("\(passedOver) hidden or excluded") }
    return counts.isEmpty ? nil : counts.joined(separator: ", ")
  }

  /// Bytes of the archive up to the next member; nil where it cannot be read further.
  package var position: Int? { archive?.position }

  private mutating func member() -> TarArchive.Member? {
    do { return try archive?.next() } catch {
      failure = InputError(image: error, name: path)
      archive = nil
      return nil
    }
  }
}
