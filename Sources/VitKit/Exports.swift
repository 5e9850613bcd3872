// `Image`, `Preprocessing`, `Tokenizer` and their options, and the two types of errors, are part of the
// public face; their modules are exported whole, because a type alias would not reach clients that build with
// `MemberImportVisibility`.
@_exported import VitImage
@_exported import VitSystem
@_exported import VitText
