/// A binary heap that gives back the least value first.
struct MinimumQueue {
  private var values: [UInt64] = []

  mutating func insert(_ value: UInt64) {
    var index = values.count
    values.append(value)
    while index > 0 {
      let parent = (index - 1) / 2
      guard value < values[parent] else { break }
      values[index] = values[parent]
      index = parent
    }
    values[index] = value
  }

  mutating func removeMinimum() -> UInt64? {
    guard let minimum = values.first else { return nil }
    let last = values.removeLast()
    guard !values.isEmpty else { return minimum }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < values.count else { break }
      if child + 1 < values.count, values[child + 1] < values[child] { child += 1 }
      guard values[child] < last else { break }
      values[index] = values[child]
      index = child
    }
    values[index] = last
    return minimum
  }
}
