import VitJSON

/// Reads checked settings out of a configuration's object, and remembers which were absent.
///
/// A setting that is `null` counts as absent, as in the references.
struct SettingsReader {
  let json: JSONValue?
  /// For messages.
  let file: String
  private(set) var absent: [String] = []

  static let sizes = 1...16384

  init(_ json: JSONValue?, file: String) throws(PreprocessingError) {
    if let json, !json.isNull, json.object == nil {
      throw .invalidSetting(file: file, key: "the whole", reason: "is not a JSON object")
    }
    self.json = json
    self.file = file
  }

  func invalid(_ key: String, _ reason: String) -> PreprocessingError {
    .invalidSetting(file: file, key: key, reason: reason)
  }

  /// Refuses by name what is neither obeyed nor without effect.
  func check(_ table: SettingsTable) throws(PreprocessingError) {
    do throws(SettingsTable.Refusal) {
      try table.check(json ?? .null)
    } catch {
      throw invalid(error.key, error.reason)
    }
  }

  /// The value, without recording whether it is there.
  func peek(_ key: String) -> JSONValue? {
    guard let value = json?[key], !value.isNull else { return nil }
    return value
  }

  mutating func value(_ key: String) -> JSONValue? {
    guard let value = peek(key) else {
      absent.append(key)
      return nil
    }
    return value
  }

  mutating func markAbsent(_ key: String) {
    absent.append(key)
  }

  mutating func bool(_ key: String, default fallback: Bool) throws(PreprocessingError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let bool = value.bool else { throw invalid(key, "is not true or false") }
    return bool
  }

  mutating func string(_ key: String) throws(PreprocessingError) -> String? {
    guard let value = value(key) else { return nil }
    guard let string = value.string else { throw invalid(key, "is not a string") }
    return string
  }

  mutating func number(_ key: String) throws(PreprocessingError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.double, number.isFinite else {
      throw invalid(key, "is not a finite number")
    }
    return number
  }

  /// A side in pixels.
  func side(_ value: JSONValue?, _ key: String) throws(PreprocessingError) -> Int {
    guard let side = value?.int else { throw invalid(key, "is not a whole number of pixels") }
    guard Self.sizes.contains(side) else {
      throw invalid(
        key, "is \(side), not within \(Self.sizes.lowerBound) to \(Self.sizes.upperBound) pixels")
    }
    return side
  }

  /// Three numbers, or one for all channels, that are finite as float32.
  mutating func channels(
    _ key: String, default fallback: [Double], isDivisor: Bool = false
  ) throws(PreprocessingError) -> [Float] {
    var numbers = fallback
    if let value = value(key) {
      if let number = value.double {
        numbers = [number, number, number]
      } else if let array = value.array, array.count == 3 || array.count == 1 {
        numbers = []
        for element in array {
          guard let number = element.double else {
            throw invalid(key, "holds something that is not a number")
          }
          numbers.append(number)
        }
        if numbers.count == 1 { numbers = [numbers[0], numbers[0], numbers[0]] }
      } else {
        throw invalid(key, "is not a number or a list of three, for red, green and blue")
      }
    }
    let values = numbers.map { Float($0) }
    for value in values {
      guard value.isFinite else { throw invalid(key, "is not finite") }
      if isDivisor, value <= 0 || !(1 / value).isFinite {
        throw invalid(key, "is \(value), by which nothing can be divided")
      }
    }
    return values
  }

  /// Refuses numbers that are each allowed but together leave float32.
  func checked(
    _ normalization: Normalization, keys: String
  ) throws(PreprocessingError) -> Normalization {
    for channel in 0..<3 where !normalization.values(channel: channel).allSatisfy(\.isFinite) {
      throw invalid(keys, "together give pixels that are not finite")
    }
    return normalization
  }
}
