/// The units of AV1 data (AV1 Bitstream & Decoding Process Specification, 5.3), and what they announce.
enum AV1Data {
  private static let sequenceHeader = 1

  /// What each sequence header tells.
  static func configurations<Bytes: RandomAccessCollection<UInt8>>(
    in bytes: Bytes
  ) -> [AV1Configuration] where Bytes.Index == Int {
    var found: [AV1Configuration] = []
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let head = bytes[position]
      position += head & 4 == 0 ? 1 : 2
      var size = max(0, bytes.endIndex - position)
      if head & 2 != 0 {
        guard let told = number(&position, bytes), told <= bytes.endIndex - position else { break }
        size = told
      }
      guard position + size <= bytes.endIndex else { break }
      if Int(head >> 3 & 15) == sequenceHeader,
        let configuration = AV1SequenceHeader.configuration(
          in: bytes[position..<(position + size)]),
        !found.contains(configuration)
      {
        found.append(configuration)
      }
      position += size
    }
    return found
  }

  /// A number in bytes of seven bits each, the lowest first (4.10.5).
  private static func number<Bytes: RandomAccessCollection<UInt8>>(
    _ position: inout Int, _ bytes: Bytes
  ) -> Int? where Bytes.Index == Int {
    var value = 0
    for place in 0..<8 {
      guard position < bytes.endIndex else { return nil }
      let byte = bytes[position]
      position += 1
      value |= Int(byte & 0x7F) << (7 * place)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}

extension HEIFContainer {
  /// Throws where a coded image's data announces more samples than its header does, or more bits of them:
  /// the decoder would make room for them, whatever the header tells.
  func checkCodedKinds(
    of picture: HEIFPicture, _ bytes: UnsafeRawBufferPointer
  ) throws(ImageError) {
    guard !picture.isSequence else { return }
    for number in picture.items {
      guard let item = items[number], !item.isDerived, let told = av1Configuration(of: item),
        let ranges = ranges(of: item)
      else { continue }
      let found =
        ranges.count == 1
        ? AV1Data.configurations(in: bytes[ranges[0]])
        : AV1Data.configurations(in: ranges.flatMap { bytes[$0] })
      for configuration in found
      where configuration.bits > told.bits || configuration.samplesOfTwo > told.samplesOfTwo {
        throw corrupt(
          "its data is of \(configuration.bits) bits and \(configuration.samplesOfTwo) samples of two "
            + "pixels, more than its header tells")
      }
    }
  }

  private func av1Configuration(of item: HEIFItem) -> AV1Configuration? {
    properties(of: item).lazy.compactMap(\.av1).first
  }

  /// Of all coded images, or tracks, that a picture is made of, its transparency included.
  func av1Configurations(of picture: HEIFPicture) -> [AV1Configuration] {
    picture.isSequence
      ? av1Configurations(of: tracks) : av1Configurations(ofItems: picture.items)
  }

  /// Of those that are its transparency alone.
  func av1Configurations(ofAlphaOf picture: HEIFPicture) -> [AV1Configuration] {
    guard !picture.isSequence else {
      return av1Configurations(of: tracks.filter(\.isAuxiliary))
    }
    let alphas = (picture.alpha.map { [$0] } ?? []) + picture.partAlphas
    return av1Configurations(ofItems: alphas + alphas.flatMap { items[$0]?.parts ?? [] })
  }

  private func av1Configurations(of tracks: [HEIFTrack]) -> [AV1Configuration] {
    tracks.flatMap(\.properties).compactMap(\.av1)
  }

  private func av1Configurations(ofItems numbers: [Int]) -> [AV1Configuration] {
    numbers.compactMap { items[$0] }.flatMap { properties(of: $0) }.compactMap(\.av1)
  }
}

extension HEIFProperty {
  fileprivate var av1: AV1Configuration? {
    if case .av1(let configuration) = self { configuration } else { nil }
  }
}
