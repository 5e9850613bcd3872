/// Where the containers, storages and tensors of a pickle lie that its values refer to by number.
struct PickleArena {
  /// Tuples and lists.
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// The state that BUILD gave an object.
  var objects: [PickleValue] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []
  /// For the message where there are no tensors.
  var holdsArrays = false

  mutating func sequence(_ values: [PickleValue]) -> Int {
    sequences.append(values)
    return sequences.count - 1
  }

  mutating func dictionary() -> Int {
    dictionaries.append([])
    return dictionaries.count - 1
  }

  func values(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let place), .list(let place): sequences[place]
    default: nil
    }
  }
}
