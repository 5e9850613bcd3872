import VitImage

/// The images in a tar archive, in its order, as `ARCHIVE/MEMBER`: a shard of WebDataset's for
/// instance. An image is told by its name, as in folders; everything else is only counted.
final class ArchiveWalk {
  let path: String
  private(set) var imageCount = 0
  private(set) var otherFiles = 0
  private var archive: TarArchive?
  /// What made it end, if not its end.
  private var failure: String?
  private var hasEnded = false

  init(path: String) {
    self.path = path
    do { archive = TarArchive(try RegularFile(path)) } catch {
      failure = Console.reason(of: error, name: path)
    }
  }

  /// Nil at the end. An archive that is damaged fails after the images that could be found.
  func next() -> Input? {
    while let member = member() {
      guard FolderWalk.isImageName(member.name) else {
        otherFiles += 1
        continue
      }
      imageCount += 1
      let name = "\(path)/\(member.name)"
      if let problem = member.problem { return .failed(name, problem) }
      return Input(
        name: name, source: .member(of: path, offset: member.offset, size: member.size))
    }
    guard !hasEnded else { return nil }
    hasEnded = true
    if let failure { return .failed(path, failure) }
    if imageCount > 0 { return nil }
    let others = otherFiles == 0 ? "it is empty" : "\(otherFiles) other files"
    return .failed(path, "an archive without *.jpg, *.jpeg or *.png (\(others)); name another")
  }

  private func member() -> TarArchive.Member? {
    do { return try archive?.next() } catch {
      failure = Console.reason(of: error, name: path)
      archive = nil
      return nil
    }
  }
}
