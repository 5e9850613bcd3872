/// A tensor before its storage's bytes are known.
struct PickleTensor {
  let storage: Int
  let dataType: DataType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}
