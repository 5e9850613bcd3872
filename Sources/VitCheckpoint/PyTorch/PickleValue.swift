/// What a pickle of a state dict is made of.
///
/// Containers are places in `PickleArena`, so that a pickle may nest or refer to itself as it likes:
/// nothing is walked or freed by recursion.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case object(Int)
  case storage(Int)
  case tensor(Int)
  /// A number, a date, settings: what says nothing about tensors, and is held as nothing.
  case inert

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
}
