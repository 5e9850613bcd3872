import Foundation

/// A TIFF of one page, put together in tests.
struct TIFFFile {
  var isBigEndian = false
  var isBig = false
  /// Of each tag the type and the values; those of the size, the strips and their places are filled in.
  var tags: [Int: (type: Int, values: [Double])] = [:]
  var width = 4
  var height = 3
  /// Strips, or tiles where `tags` tell of such.
  var data: [[UInt8]] = []
  /// Where the next page is said to be.
  var next = 0

  /// A page of so many bits and samples, in one strip.
  init(
    bits: Int, samples: Int, photometric: Int, isBigEndian: Bool = false, isBig: Bool = false,
    width: Int = 4, height: Int = 3, extra: [Int] = [], format: Int = 1, data: [UInt8]
  ) {
    self.isBigEndian = isBigEndian
    self.isBig = isBig
    (self.width, self.height) = (width, height)
    self.data = [data]
    set(258, [Int](repeating: bits, count: samples))
    set(259, [1])
    set(262, [photometric])
    set(277, [samples])
    if !extra.isEmpty { set(338, extra) }
    if format != 1 { set(339, [Int](repeating: format, count: samples)) }
  }

  /// Values of two bytes, or four where they are larger.
  mutating func set(_ tag: Int, _ values: [Int]) {
    tags[tag] = ((values.max() ?? 0) > 0xFFFF ? 4 : 3, values.map(Double.init))
  }

  private static let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

  private func number(_ value: UInt64, _ bytes: Int) -> [UInt8] {
    let low = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return isBigEndian ? low.reversed() : low
  }

  private func encoded(_ value: Double, _ type: Int) -> [UInt8] {
    switch type {
    case 11: number(UInt64(Float(value).bitPattern), 4)
    case 12: number(value.bitPattern, 8)
    default: number(UInt64(bitPattern: Int64(value)), Self.sizes[type])
    }
  }

  /// The directory lies before the data, so that what is cut off is data.
  var bytes: [UInt8] {
    var tags = tags
    func fill(_ tag: Int, _ values: [Int]) {
      if tags[tag] == nil { tags[tag] = (4, values.map(Double.init)) }
    }
    let isTiled = tags[322] != nil
    fill(256, [width])
    fill(257, [height])
    if !isTiled { fill(278, [(height + data.count - 1) / max(1, data.count)]) }
    fill(isTiled ? 325 : 279, data.map(\.count))
    let offsets = isTiled ? 324 : 273
    // Places do not change how long anything is.
    fill(offsets, data.map { _ in 0 })
    let (head, offsetBytes) = isBig ? (16, 8) : (8, 4)
    let entryBytes = 4 + 2 * offsetBytes
    let end = head + (isBig ? 8 : 2) + tags.count * entryBytes + offsetBytes
    let outside = tags.values.map { $0.values.count * Self.sizes[$0.type] }
      .filter { $0 > offsetBytes }.reduce(0, +)
    var place = end + outside
    let isTold = self.tags[offsets] != nil
    if !isTold {
      tags[offsets] = (
        4,
        data.map { part in
          defer { place += part.count }
          return Double(place)
        }
      )
    }
    var directory = number(UInt64(tags.count), isBig ? 8 : 2)
    var values: [UInt8] = []
    for (tag, entry) in tags.sorted(by: { $0.key < $1.key }) {
      directory += number(UInt64(tag), 2) + number(UInt64(entry.type), 2)
      directory += number(UInt64(entry.values.count), offsetBytes)
      let stored = entry.values.flatMap { encoded($0, entry.type) }
      if stored.count <= offsetBytes {
        directory += stored + [UInt8](repeating: 0, count: offsetBytes - stored.count)
      } else {
        directory += number(UInt64(end + values.count), offsetBytes)
        values += stored
      }
    }
    directory += number(UInt64(next), offsetBytes)
    let mark: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    let start =
      isBig
      ? number(43, 2) + number(8, 2) + number(0, 2) + number(16, 8) : number(42, 2) + number(8, 4)
    return mark + start + directory + values + data.flatMap { $0 }
  }
}
