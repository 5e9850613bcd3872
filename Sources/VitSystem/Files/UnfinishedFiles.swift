import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The temporary files and folders that have not got their names yet, so that a signal handler that
/// ends the process at once can remove them.
///
/// A place holds a path that belongs to whoever takes it out: its file when that is finished, or the
/// handler, which may come between any two instructions. Where all places are taken a file is not
/// listed, and stays when the process is ended.
package enum UnfinishedFiles {
  enum Kind: Int {
    case file, folder
  }

  /// Where a path is listed.
  struct Place {
    fileprivate let number: Int
    fileprivate let path: UnsafeMutablePointer<CChar>
  }

  private typealias Slot = Atomic<UnsafeMutablePointer<CChar>?>

  /// Of each kind.
  private static let capacity = 128

  /// Files, then folders.
  nonisolated(unsafe) private static let slots: UnsafeMutablePointer<Slot> = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: 2 * capacity)
    for number in 0..<2 * capacity { (slots + number).initialize(to: Slot(nil)) }
    return slots
  }()

  /// To be called before a handler that removes is installed: it must not be the first to look.
  package static func prepare() { _ = slots }

  static func list(_ path: String, _ kind: Kind) -> Place? {
    guard let copy = strdup(path) else { return nil }
    let first = kind.rawValue * capacity
    for number in first..<first + capacity {
      let (isFree, _) = slots[number].compareExchange(
        expected: nil, desired: copy, ordering: .sequentiallyConsistent)
      if isFree { return Place(number: number, path: copy) }
    }
    free(copy)
    return nil
  }

  /// The file has its name, or is gone.
  static func strike(_ place: Place) {
    let (isOurs, _) = slots[place.number].compareExchange(
      expected: place.path, desired: nil, ordering: .sequentiallyConsistent)
    if isOurs { free(place.path) }
  }

  /// Removes all of them; a signal handler may call it, and must end the process then.
  package static func removeAll() {
    for number in 0..<2 * capacity {
      guard let path = slots[number].exchange(nil, ordering: .sequentiallyConsistent) else {
        continue
      }
      _ = number < capacity ? unlink(path) : rmdir(path)
    }
  }
}
