/// The reader of our output is gone; nobody is left to tell.
struct ClosedPipe: Error {}
