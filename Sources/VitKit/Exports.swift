// `Image`, `Preprocessing` and their options are part of the public face; they are exported whole,
// because a type alias would not reach clients that build with `MemberImportVisibility`.
@_exported import VitImage
