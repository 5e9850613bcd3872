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
  /// Pixels; the name has them, or they are the class's.
  let patchSize: Int
  /// Takes images of any size, so that the size of the preprocessing counts.
  let hasDynamicSize: Bool

  /// Sizes whose heads are not 64 wide. The longest match wins.
  private static let headSizes: [(prefix: String, headSize: Int)] = [
    ("vit_huge_", 80), ("deit3_huge_", 80), ("vit_giant_patch14_clip", 88),
    ("vit_giant_patch14_224", 88), ("vit_giant_patch16_gap", 88), ("vit_gigantic_", 104),
    ("vit_so400m_", 72), ("vit_giantopt_", 96), ("vit_base_patch16_gap_224", 48), ("test_vit", 32),
  ]

  /// Families of plain Vision Transformers.
  private static let prefixes = ["vit_", "deit_", "deit3_", "test_vit"]
  /// Parts of names of other designs that begin alike, and what they are.
  private static let otherDesigns: [(part: String, design: String)] = [
    ("dinov3", "DINOv3, whose positions are rotary"),
    ("_pe_", "the Perception Encoder, whose positions are rotary"),
    ("lingbot", "a design of rotary positions"), ("sapiens2", "a design of rotary positions"),
    ("_rope", "a design of rotary positions"), ("relpos", "relative positions"),
    ("resnet", "a convolutional stem"), ("_r26", "a convolutional stem"),
    ("_r50", "a convolutional stem"), ("_r_s", "a convolutional stem"), ("_mci", "MobileCLIP"),
    ("_rpn", "norms after each branch"), ("_xp", "parallel branches"),
    ("_parallel", "parallel branches"), ("_18x2", "parallel branches"),
    ("_pwee", "parallel branches"), ("_dpwee", "parallel branches"),
    ("_dwee", "differential attention"), ("_dlittle", "differential attention"),
    ("giant_patch14_dinov2", "SwiGLU, a gated MLP"),
    ("giant_patch14_reg4_dinov2", "SwiGLU, a gated MLP"),
    ("giant_patch14_reg1_tipsv2", "SwiGLU, a gated MLP"), ("_sam_", "SAM's window attention"),
    ("_aimv2", "AIMv2"), ("naflex", "NaFlex"), ("vitamin", "ViTamin"),
    ("_map_", "pooling by attention"), ("test_vit3", "pooling by attention"),
    ("test_vit4", "RMS norms"),
  ]

  /// The name without a tag.
  private static func base(_ fullName: String) -> String {
    fullName.split(separator: ".", maxSplits: 1).first.map(String.init) ?? fullName
  }

  private static func startsPlain(_ name: String) -> Bool {
    prefixes.contains(where: name.hasPrefix)
  }

  /// What a name that begins as a plain ViT's stands for instead, or nil.
  static func otherDesign(_ fullName: String) -> String? {
    let name = base(fullName)
    guard startsPlain(name) else { return nil }
    if let other = otherDesigns.first(where: { name.contains($0.part) }) { return other.design }
    // SigLIP pools by attention, unless the name says that it averages.
    return name.contains("siglip") && !name.contains("_gap_") ? "pooling by attention" : nil
  }

  /// Nil where the name is not that of a plain ViT or DeiT.
  init?(_ fullName: String) {
    let name = Self.base(fullName)
    guard name.utf8.count <= 128, Self.startsPlain(name), Self.otherDesign(fullName) == nil else {
      return nil
    }
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
    patchSize =
      name.split(separator: "_").first { $0.hasPrefix("patch") }
      .flatMap { Int($0.dropFirst("patch".count)) } ?? 16
    hasDynamicSize = name.hasPrefix("test_vit") || name.hasPrefix("vit_intern300m_")
  }

  private static let tanhNames = [
    "vit_base_patch32_siglip_gap", "vit_large_patch16_siglip_gap_512",
    "vit_so400m_patch16_siglip_gap", "vit_giantopt_",
  ]

  /// DeiT-3, C-RADIO and most register models add positions to the patches alone.
  var impliesNoEmbedClass: Bool {
    name.hasPrefix("deit3_") || name.contains("_radio_")
      || name.contains("_reg") && !name.hasPrefix("vit_so150m")
  }

  /// C-RADIO's positions are resized in another way than those of all others.
  var resizesPositionsLinearly: Bool { name.contains("_radio_") }
}
