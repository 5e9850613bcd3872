/// A token that is found in the text before anything else, and stands for itself.
///
/// Whether it swallows the white space around it (`lstrip`, `rstrip`) makes no difference here,
/// where white space gives no tokens.
struct AddedToken: Sendable, Equatable {
  /// As it stands in the text, in UTF-8.
  var content: [UInt8]
  var id: Int32
  /// Whether it is looked for after normalisation.
  var normalized = false
}
