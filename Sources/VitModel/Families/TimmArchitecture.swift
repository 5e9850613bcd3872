import VitTensor

/// What timm's architecture name says and tensor shapes cannot: heads, activation, epsilon and
/// pooling (timm `models/vision_transformer.py`, `models/deit.py`).
struct TimmArchitecture {
  /// Without the tag: `vit_tiny_patch16_224`.
  let name: String
  let headSize: Int
  let activation: Activation
  let epsilon: Float
  /// timm's word: `token`, `avg`.
  let pooling: String

  /// Sizes whose heads are not 64 wide. The longest match wins.
  private static let headSizes: [(prefix: String, headSize: Int)] = [
    ("vit_huge_", 80), ("deit3_huge_", 80), ("vit_giant_patch14_clip", 88),
    ("vit_giant_patch14_224", 88), ("vit_giant_patch16_gap", 88), ("vit_gigantic_", 104),
    ("vit_so400m_", 72), ("vit_giantopt_", 96), ("vit_base_patch16_gap_224", 48), ("test_vit", 32),
  ]

  /// Families of plain Vision Transformers.
  private static let prefixes = ["vit_", "deit_", "deit3_", "test_vit"]
  /// Parts of names of other designs that begin alike.
  private static let otherDesigns = [
    "relpos", "_rope", "resnet", "_r26", "_r50", "_rpn", "_xp", "_parallel", "_18x2", "_36x1",
    "_sam_", "_aimv2", "naflex", "_mci", "vitamin", "test_vit3", "test_vit4",
  ]

  /// Nil where the name is not that of a plain ViT or DeiT.
  init?(_ fullName: String) {
    let name = fullName.split(separator: ".", maxSplits: 1).first.map(String.init) ?? fullName
    guard Self.prefixes.contains(where: name.hasPrefix),
      !Self.otherDesigns.contains(where: { name.contains($0) })
    else { return nil }
    // SigLIP pools by attention, unless the name says that it averages.
    if name.contains("siglip") && !name.contains("_gap_") { return nil }
    self.name = name
    headSize =
      Self.headSizes.filter { name.hasPrefix($0.prefix) }
      .max { $0.prefix.count < $1.prefix.count }?.headSize ?? 64
    if name.contains("quickgelu") {
      activation = .quickGELU
    } else if Self.tanhNames.contains(where: name.hasPrefix) {
      activation = .geluTanh
    } else {
      activation = .geluErf
    }
    epsilon = name.contains("_clip_") ? 1e-5 : 1e-6
    pooling = name.contains("_gap_") || name == "test_vit2" ? "avg" : "token"
  }

  private static let tanhNames = [
    "vit_base_patch32_siglip_gap", "vit_large_patch16_siglip_gap_512",
    "vit_so400m_patch16_siglip_gap", "vit_giantopt_",
  ]
}
