/// How tokens become one vector.
package enum Pooling: String, Sendable, Equatable {
  /// Token 0.
  case classToken = "class token"
  /// The mean of the class and the distillation token (timm's distilled DeiT).
  case classAndDistillation = "mean of class and distillation tokens"
  /// The mean over patch tokens, the prefix left out.
  case averageOfPatches = "average of patches"
  /// The mean over all tokens (timm's `pool_include_prefix`).
  case averageOfAll = "average of all tokens"
}
