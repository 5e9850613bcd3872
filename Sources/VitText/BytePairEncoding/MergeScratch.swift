/// Storage that one word after another uses.
struct MergeScratch {
  var ids: [Int32] = []
  var values: [UInt64] = []
}
