/// Whose idea of Unicode counts.
enum UnicodeFlavour {
  /// Oniguruma and Rust inside Hugging Face's tokenizers.
  case huggingFace
  /// Python 3.11 and its package regex, under OpenCLIP and OpenAI's tokeniser.
  case python
}
