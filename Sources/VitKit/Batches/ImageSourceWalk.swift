import VitImage
import VitSystem

/// Hands out sources one after the other, archives as the images in them.
struct ImageSourceWalk {
  private let nextSource: () -> ImageSource?
  private var archive: ArchiveOfImages?

  init(_ sources: some Sequence<ImageSource>) {
    var iterator = sources.makeIterator()
    nextSource = { iterator.next() }
  }

  mutating func next() -> ImageSource? {
    while true {
      if let image = archive?.next() { return image }
      archive = nil
      guard let source = nextSource() else { return nil }
      guard case .archive = source.kind else { return source }
      archive = ArchiveOfImages(path: source.name)
    }
  }
}

/// The images of one archive. Where it is damaged, the damage follows the images that could be found.
private struct ArchiveOfImages {
  private let path: String
  private var archive: TarArchive?
  private var failure: InputError?
  private var imageCount = 0
  private var hasEnded = false

  init(path: String) {
    self.path = path
    do { archive = TarArchive(try RegularFile(ofImages: path)) } catch {
      failure = InputError(image: error, name: path)
    }
  }

  mutating func next() -> ImageSource? {
    while let member = member() {
      guard ImageFormat.isName(member.name) else { continue }
      imageCount += 1
      let name = "\(path)/\(member.name)"
      if let problem = member.problem {
        return ImageSource(
          name: name, kind: .failed(InputError(name, .unsupported, reason: problem)))
      }
      return ImageSource(
        name: name, kind: .member(path: path, offset: member.offset, size: member.size))
    }
    if hasEnded { return nil }
    hasEnded = true
    if failure == nil, imageCount == 0 {
      failure = InputError(
        path, .invalid, reason: "an archive without images", remedy: "name another")
    }
    return failure.map { ImageSource(name: path, kind: .failed($0)) }
  }

  private mutating func member() -> TarArchive.Member? {
    do { return try archive?.next() } catch {
      failure = InputError(image: error, name: path)
      archive = nil
      return nil
    }
  }
}
