import VitImage
import VitSystem

/// The images in a tar archive, in its order, as `ARCHIVE/MEMBER`: a shard of WebDataset's for
/// instance. Whether a member is an image shows in its name, as in folders; others are only counted.
final class ArchiveWalk {
  let path: String
  private(set) var imageCount = 0
  private(set) var otherFiles = 0
  private(set) var passedOver = 0
  private let rules: FileRules
  private var archive: TarArchive?
  /// Why it ended before its end; nil where it did not.
  private var failure: String?
  private var hasEnded = false

  init(path: String, rules: FileRules = FileRules()) {
    self.path = path
    self.rules = rules
    do { archive = TarArchive(try RegularFile(ofImages: path)) } catch {
      failure = InputFailure(error, name: path).reason
    }
  }

  /// Nil at the end. An archive that is damaged fails after the images that could be found.
  func next() -> ImageInput? {
    while let member = member() {
      if rules.hides(member.name) || rules.excludes(member.name) {
        passedOver += 1
        continue
      }
      guard ImageFormat.isName(member.name) else {
        otherFiles += 1
        continue
      }
      imageCount += 1
      let name = "\(path)/\(member.name)"
      if let problem = member.problem { return .failed(name, problem) }
      return ImageInput(
        name: name, source: .member(of: path, offset: member.offset, size: member.size))
    }
    guard !hasEnded else { return nil }
    hasEnded = true
    if let failure { return .failed(path, failure) }
    if imageCount > 0 { return nil }
    let others = summary ?? "it is empty"
    return .failed(
      path, "an archive without images (*.jpg, *.jpeg, *.png …) (\(others)); name another")
  }

  /// `2 other files, 1 hidden or excluded`; nil where there are images alone.
  var summary: String? {
    var counts: [String] = []
    if otherFiles > 0 { counts.append(counted(otherFiles, "other file")) }
    if passedOver > 0 { counts.append("\(passedOver) hidden or excluded") }
    return counts.isEmpty ? nil : counts.joined(separator: ", ")
  }

  private func member() -> TarArchive.Member? {
    do { return try archive?.next() } catch {
      failure = InputFailure(error, name: path).reason
      archive = nil
      return nil
    }
  }
}
