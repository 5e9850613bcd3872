import VitJSON

/// What the `config.json` files of transformers may say (`configuration_utils.py`,
/// `models/vit/configuration_vit.py`, `models/deit/configuration_deit.py`,
/// `models/clip/configuration_clip.py`).
///
/// transformers reads no key that its class does not have, so that one which says that something is
/// off changes nothing.
enum HuggingFaceSettings {
  /// `ViTConfig` and `DeiTConfig`.
  static let vision = SettingsTable(
    obeyed: [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
      "layer_norm_eps", "image_size", "patch_size", "num_channels", "qkv_bias",
      "pooler_output_size", "pooler_act", "id2label", "problem_type",
    ],
    harmless: everyConfiguration.union(training).union(generation).union(["encoder_stride"]),
    allowsUnknownOff: true)

  /// `CLIPConfig`, whose towers have configurations of their own.
  static let clip = SettingsTable(
    obeyed: [
      "projection_dim", "text_config", "vision_config", "text_config_dict", "vision_config_dict",
      "id2label", "problem_type",
    ],
    // The value that logit_scale begins training with; the weights have what came of it.
    harmless: everyConfiguration.union(training).union(generation).union(["logit_scale_init_value"]
    ),
    allowsUnknownOff: true)

  /// `CLIPVisionConfig`.
  static let clipVision = SettingsTable(
    obeyed: [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
      "layer_norm_eps", "image_size", "patch_size", "num_channels", "projection_dim", "id2label",
      "problem_type",
    ],
    harmless: everyConfiguration.union(training).union(generation), allowsUnknownOff: true)

  /// `CLIPTextConfig`.
  static let clipText = SettingsTable(
    obeyed: [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
      "layer_norm_eps", "max_position_embeddings", "vocab_size", "eos_token_id", "pad_token_id",
      "projection_dim",
    ],
    harmless: everyConfiguration.union(training).union(generation), allowsUnknownOff: true)

  /// Names, versions, and what a Python program wants returned.
  private static let everyConfiguration: Set<String> = [
    "model_type", "architectures", "name_or_path", "transformers_version", "torch_dtype", "dtype",
    "label2id", "id2label", "num_labels", "finetuning_task", "task_specific_params",
    "tokenizer_class",
    "processor_class", "return_dict", "use_return_dict", "output_hidden_states",
    "output_attentions", "output_scores", "return_dict_in_generate", "torchscript",
    "use_bfloat16", "tf_legacy_loss", "attn_implementation", "use_cache", "auto_map",
    "tie_word_embeddings", "tie_encoder_decoder", "chunk_size_feed_forward", "base_model_tp_plan",
    "license", "language", "library_name", "tags", "datasets", "metrics", "pipeline_tag",
  ]

  /// What only training reads.
  private static let training: Set<String> = [
    "hidden_dropout_prob", "attention_probs_dropout_prob", "attention_dropout", "dropout",
    "classifier_dropout", "classifier_dropout_prob", "drop_path_rate", "layerdrop",
    "initializer_range", "initializer_factor", "gradient_checkpointing", "loss_type",
    "seed", "learning_rate", "num_train_epochs",
  ]

  /// Defaults of text generation, which old files list by the dozen.
  private static let generation: Set<String> = [
    "is_encoder_decoder", "is_decoder", "add_cross_attention", "cross_attention_hidden_size",
    "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
    "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty",
    "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
    "num_return_sequences", "prefix", "bos_token_id", "eos_token_id", "pad_token_id",
    "sep_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",
    "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens",
    "begin_suppress_tokens",
  ]
}
