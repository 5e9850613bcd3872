import VitJSON

/// What `open_clip_config.json` may say (open_clip `model.py`, `CLIPVisionCfg` and `CLIPTextCfg`;
/// `factory.py`). A key that they do not have is an error in open_clip too.
enum OpenCLIPSettings {
  /// The file.
  static let file = SettingsTable(
    obeyed: ["model_cfg", "preprocess_cfg"],
    harmless: ["license", "language", "library_name", "tags", "datasets", "pipeline_tag"],
    allowsUnknownOff: true)

  /// `model_cfg`.
  static let model = SettingsTable(
    obeyed: [
      "embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "multimodal_cfg",
      "init_logit_bias",
    ],
    // Where training began, and what a Python program wants returned.
    harmless: ["init_logit_scale", "nonscalar_logit_scale", "output_dict", "cast_dtype"])

  /// `vision_cfg` of open_clip's own tower.
  static let vision = SettingsTable(
    obeyed: blocks.union([
      "head_width", "patch_size", "image_size", "no_ln_pre", "final_ln_after_pool", "pool_type",
      "attentional_pool",
    ]),
    harmless: visionTraining.union([
      // The table lies in the weights, whatever made it.
      "pos_embed_type", "attn_pooler_queries", "attn_pooler_heads", "timm_pool", "timm_proj",
      "timm_proj_bias",
    ]), fixed: otherBlocks.merging(retired) { first, _ in first })

  /// `vision_cfg` of a tower of timm's, which takes nothing from the keys of open_clip's own.
  static let timmVision = SettingsTable(
    obeyed: ["timm_model_name", "timm_pool", "timm_proj", "timm_proj_bias", "image_size"],
    harmless: visionTraining.union(blocks).union([
      "head_width", "patch_size", "no_ln_pre", "final_ln_after_pool", "pool_type",
      "attentional_pool", "pos_embed_type", "attn_pooler_queries", "attn_pooler_heads",
    ]), fixed: otherBlocks.merging(retired) { first, _ in first })

  /// `text_cfg` of open_clip's own tower.
  static let text = SettingsTable(
    obeyed: blocks.union([
      "context_length", "vocab_size", "heads", "no_causal_mask", "pool_type", "eos_id", "proj_type",
      "proj_bias", "embed_cls", "hf_model_name", "hf_tokenizer_name", "tokenizer_mode",
      "tokenizer_kwargs",
    ]),
    harmless: [
      // Masks padding in CoCa alone; open_clip's own tokeniser always pads with 0.
      "pad_id",
      // Parsed, and read nowhere in the text tower.
      "final_ln_after_pool",
      "output_tokens", "hf_model_pretrained", "hf_proj_type", "hf_pooler_type",
    ], fixed: otherBlocks)

  private static let blocks: Set<String> = [
    "layers", "width", "mlp_ratio", "ls_init_value", "act_kwargs", "norm_kwargs",
  ]

  private static let visionTraining: Set<String> = [
    "patch_dropout", "output_tokens", "timm_model_pretrained", "timm_drop", "timm_drop_path",
  ]

  /// Blocks whose arithmetic differs.
  private static let otherBlocks: [String: [JSONValue]] = [
    "block_type": ["default"], "qk_norm": [false], "scale_heads": [false],
    "scale_attn_inner": [false], "scale_attn": [false], "scale_fc": [false],
    "scaled_cosine_attn": [false],
  ]

  /// What open_clip had before version 3.
  private static let retired: [String: [JSONValue]] = [
    "input_patchnorm": [false], "global_average_pool": [false], "n_queries": [256],
  ]
}
