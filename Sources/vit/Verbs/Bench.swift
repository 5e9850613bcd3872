import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how fast this machine runs a model, and how near its limit.",
    discussion: """
      Without a subcommand it measures models, as vit bench encode does; that one's --help lists \
      the options.

      EXAMPLES
        vit bench
        vit bench --model vit-base-32 --batch-size 1,8 --precision float32,bfloat16,int8
        vit bench --model clip-vit-base-32-text --batch-size 1,64
        vit bench --model path/to/model --format json --output bench.json
        vit bench decode photo.jpg
        vit bench preprocess photo.jpg
        vit bench tokenize --tokenizer path/to/model captions.txt
        vit bench kernels --rows 50,197

      FORMATS
        json, jsonl   an object a measurement, flat keys with units in their names;
                      json is one array
      """,
    subcommands: [
      BenchEncode.self, BenchDecode.self, BenchPreprocess.self, BenchTokenize.self,
      BenchKernels.self, BenchRounds.self,
    ],
    defaultSubcommand: BenchEncode.self)
}
