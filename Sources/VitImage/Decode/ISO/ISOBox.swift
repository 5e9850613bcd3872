/// A box of an ISO media file (ISO/IEC 14496-12, 4.2): where it lies.
struct ISOBox {
  let type: FourCharacters
  /// Where its head begins.
  let start: Int
  /// What it holds, as far as it is there.
  let content: Range<Int>
  /// As its head tells; nil where it reaches to the end of the file.
  let toldEnd: Int?

  /// Whether it ends behind what it lies in.
  var isCut: Bool { toldEnd.map { $0 > content.upperBound } ?? false }

  /// Boxes of one box or file that are looked at.
  static let longestList = 1 << 16
}

extension ByteWindow {
  /// The box at a place of a range; nil where its head is not there, or tells less than itself.
  mutating func box(at position: Int, end: Int) throws(ImageError) -> ISOBox? {
    guard position <= end - 8, let head = try bytes(at: position, count: 8) else { return nil }
    var reader = BigEndianReader(head)
    guard var size = reader.integer(4), let type = reader.type() else { return nil }
    var headSize = 8
    if size == 1 {
      guard position <= end - 16,
        let large = try integer(UInt64.self, at: position + 8, isBigEndian: true)
      else { return nil }
      size = Int(clamping: large)
      headSize = 16
    } else if size == 0 {
      return ISOBox(
        type: type, start: position, content: (position + headSize)..<end, toldEnd: nil)
    }
    guard size >= headSize else { return nil }
    let (toldEnd, isTooLarge) = position.addingReportingOverflow(size)
    return ISOBox(
      type: type, start: position,
      content: (position + headSize)..<(isTooLarge ? end : min(end, toldEnd)),
      toldEnd: isTooLarge ? .max : toldEnd)
  }

  /// The boxes of a range, one after the other, until `visit` gives false.
  mutating func forEachBox(
    in range: Range<Int>,
    _ visit: (inout ByteWindow, ISOBox) throws(ImageError) -> Bool
  ) throws(ImageError) {
    var position = range.lowerBound
    for _ in 0..<ISOBox.longestList {
      guard let box = try box(at: position, end: range.upperBound), try visit(&self, box) else {
        return
      }
      position = box.content.upperBound
    }
  }

  /// What a box holds, to be read; the first megabytes of one that is larger than any header.
  mutating func reader(_ box: ISOBox) throws(ImageError) -> BigEndianReader {
    BigEndianReader(
      try prefix(at: box.content.lowerBound, count: min(box.content.count, 4 << 20)))
  }
}
