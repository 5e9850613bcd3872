import VitOperations

/// A Transformer block with the norm before each branch (Dosovitskiy et al. 2020, equations 2 and 3;
/// timm `vision_transformer.py`, `Block`):
///
///     x ← x + s₁ ⊙ attention(norm₁(x))
///     x ← x + s₂ ⊙ feedForward(norm₂(x))
///
/// with s₁, s₂ the layer scale (CaiT: Touvron et al. 2021, "Going deeper with Image Transformers"), 1 where
/// there is none.
///
/// - Parameters:
///   - x: `[rows, width]`, the tokens of all sequences one after another.
///   - p: The block's arrays.
func transformerBlock(
  _ x: Tensor, _ p: BlockParameters<Tensor>, _ form: BlockForm, _ sequences: Sequences
) -> Tensor {
  switch form.normPlacement {
  case .before:
    let attended = selfAttention(
      norm(x, p.norm1, form.norm), p.attention, form.attention, sequences)
    let x = x + layerScaled(attended, p.scale1)
    let fed = feedForward(norm(x, p.norm2, form.norm), p.feedForward, form.feedForward)
    return x + layerScaled(fed, p.scale2)
  }
}

/// Multi-head self-attention (Vaswani et al. 2017, section 3.2.2):
///
///     [head₁ … headₕ] Wₒᵀ + bₒ,   headᵢ = softmax(s Qᵢ Kᵢᵀ + M) Vᵢ,   Q = x W_qᵀ + b_q, K and V alike
///
/// with M = -∞ above the diagonal where attention is causal, else 0.
///
/// - Returns: `[rows, width]`, as x.
func selfAttention(
  _ x: Tensor, _ p: AttentionParameters<Tensor>, _ form: AttentionForm, _ sequences: Sequences
) -> Tensor {
  let attended = attention(
    queries: linear(x, p.query), keys: linear(x, p.key), values: linear(x, p.value),
    heads: form.heads, scale: form.scale,
    mask: form.isCausal ? .causal(queryOffset: 0) : .none, querySequences: sequences)
  return linear(attended, p.output)
}

/// The position-wise network of two layers (Vaswani et al. 2017, equation 2).
func feedForward(
  _ x: Tensor, _ p: FeedForwardParameters<Tensor>, _ form: FeedForwardForm
) -> Tensor {
  switch form {
  case .plain(_, let function): linear(activation(linear(x, p.first), function), p.second)
  }
}

func norm(_ x: Tensor, _ p: NormParameters<Tensor>, _ form: NormForm) -> Tensor {
  switch form {
  case .layer(let epsilon): layerNorm(x, weight: p.weight, bias: p.bias, epsilon: epsilon)
  }
}

/// x Wᵀ + b, or x W + b where the layout stores the transpose.
func linear(_ x: Tensor, _ p: LinearParameters<Tensor>) -> Tensor {
  guard p.isTransposed else { return linear(x, weight: p.weight, bias: p.bias) }
  let product = matrixProduct(x, p.weight)
  return p.bias.map { added(product, row: $0) } ?? product
}

private func layerScaled(_ x: Tensor, _ scale: Tensor?) -> Tensor {
  scale.map { scaled(x, by: $0) } ?? x
}
