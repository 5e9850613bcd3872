/// A storage that a pickle refers to by key.
struct PickleStorage {
  let dataType: DataType?
  let key: String
  /// Elements; bytes where the storage is untyped.
  let count: Int
}
