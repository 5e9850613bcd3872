import ArgumentParser

@main
struct Vit: ParsableCommand {}
