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
      if let archive, let others = archive.summary {
        log.info(
          "not images", metadata: ["archive": "\(archive.path)", "passed over": "\(others)"])
      }
      archive = nil
      guard let source = nextSource() else { return nil }
      guard case .archive = source.kind else { return source }
      archive = ArchiveOfImages(path: source.name, passesOver: HiddenName.isPart)
    }
  }
}
