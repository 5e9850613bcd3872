/// A pattern of `--exclude`: `*` is any run of bytes but `/`, `**` any run at all, `?` one character but
/// `/`; everything else is itself. A pattern without `/` is one of a name, whichever folder it lies in;
/// another one is one of the path below the folder that was named. What excludes a folder excludes all
/// in it.
struct PathPattern: Equatable {
  private enum Step: Equatable {
    case byte(UInt8)
    case character
    /// The further bytes of one in UTF-8, as many as there are.
    case continuation
    case name
    case path

    var mayBeEmpty: Bool {
      switch self {
      case .continuation, .name, .path: true
      case .byte, .character: false
      }
    }
  }

  private let steps: [Step]
  private let isOfName: Bool

  /// - Parameter pattern: as `SystemName` has bytes.
  init(_ pattern: [UInt8]) {
    var rest = pattern[...]
    if rest.starts(with: "./".utf8) { rest = rest.dropFirst(2) }
    while rest.last == UInt8(ascii: "/") { rest.removeLast() }
    isOfName = !rest.contains(UInt8(ascii: "/"))
    if rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
    var steps: [Step] = []
    var position = rest.startIndex
    while position < rest.endIndex {
      let byte = rest[position]
      position += 1
      switch byte {
      case UInt8(ascii: "*"):
        let isDouble = position < rest.endIndex && rest[position] == UInt8(ascii: "*")
        if isDouble { position += 1 }
        steps.append(isDouble ? .path : .name)
        // `**/` is also nothing: `**/a` matches `a`.
        if isDouble, position < rest.endIndex, rest[position] == UInt8(ascii: "/"),
          steps.count == 1 || steps[steps.count - 2] == .byte(UInt8(ascii: "/"))
        {
          position += 1
        }
      case UInt8(ascii: "?"): steps += [.character, .continuation]
      default: steps.append(.byte(byte))
      }
    }
    self.steps = steps
  }

  /// Whether it matches a path below the folder that was named, or a folder above it there.
  ///
  /// All places in the pattern that the bytes so far may have led to are gone on from at once, so that
  /// the time is at most the product of the two lengths.
  func matches(pathOrFolderAbove path: [UInt8]) -> Bool {
    var places = reachable(from: [0])
    for byte in path {
      if byte == UInt8(ascii: "/") {
        if places.contains(steps.count) { return true }
        if isOfName {
          places = reachable(from: [0])
          continue
        }
      }
      places = reachable(from: places.compactMap { next($0, byte) })
    }
    return places.contains(steps.count)
  }

  private func next(_ place: Int, _ byte: UInt8) -> Int? {
    guard place < steps.count else { return nil }
    let isSlash = byte == UInt8(ascii: "/")
    switch steps[place] {
    case .byte(let expected): return byte == expected ? place + 1 : nil
    case .character: return isSlash ? nil : place + 1
    case .continuation: return byte & 0xC0 == 0x80 ? place : nil
    case .name: return isSlash ? nil : place
    case .path: return place
    }
  }

  /// The places, which are in order, and those after steps that may be empty; each once.
  private func reachable(from places: some Sequence<Int>) -> [Int] {
    var result: [Int] = []
    for start in places {
      var place = start
      while result.last.map({ $0 < place }) ?? true {
        result.append(place)
        guard place < steps.count, steps[place].mayBeEmpty else { break }
        place += 1
      }
    }
    return result
  }
}
