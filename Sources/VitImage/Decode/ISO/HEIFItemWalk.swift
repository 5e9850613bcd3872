/// A walk along the items that an image is made of, and the transparency of each.
struct HEIFItemWalk {
  private let container: HEIFContainer
  private let alphas: [Int: [Int]]
  /// Of an item, what is decoded for it; nil while it is being walked along.
  private var areas: [Int: Int?] = [:]

  /// Derived images of derived images.
  private static let deepest = 8

  /// - Parameter alphas: the items that are the transparency of an item.
  init(_ container: HEIFContainer, _ alphas: [Int: [Int]]) {
    self.container = container
    self.alphas = alphas
  }

  var visited: [Int] { areas.keys.sorted() }

  /// The sum of width times height of all that is decoded for an item, as often as it is.
  ///
  /// - Throws: `ImageError.corrupt` where an item is made of itself, or one is missing.
  mutating func area(of number: Int, depth: Int = 0) throws(ImageError) -> Int {
    if let area = areas[number] {
      guard let area else { throw container.corrupt("its image is made of itself") }
      return area
    }
    guard let item = container.items[number] else {
      throw container.corrupt("its image is made of one that is not there")
    }
    guard depth < Self.deepest else { throw container.corrupt("images of images of images") }
    areas[number] = .some(nil)
    var sum = item.isDerived ? 0 : area(of: item)
    for part in (item.isDerived ? item.parts : []) + (alphas[number] ?? []) {
      sum = Saturating.sum(sum, try area(of: part, depth: depth + 1))
    }
    areas[number] = sum
    return sum
  }

  /// Of a coded image the larger of what its properties and its parameters tell.
  private func area(of item: HEIFItem) -> Int {
    var largest = 0
    for property in container.properties(of: item) {
      switch property {
      case .size(let width, let height):
        largest = max(largest, Saturating.product(width, height))
      case .hevc(let configuration): largest = max(largest, configuration.largestPicture)
      default: break
      }
    }
    return largest
  }
}
