const NEWLINE = 0x0a;

/** Cuts what comes in, in pieces of any size, into lines. Bytes, not text: a piece may end within a character. */
export class Lines {
  private parts: Buffer[] = [];
  private bytes = 0;
  private skipping = false;

  /** @param most bytes of one line */
  constructor(private readonly most: number) {}

  /** The lines that this piece completes; undefined for one that is too long, as soon as it is: the rest of it is dropped as it comes. */
  *in(piece: Buffer): Generator<Buffer | undefined> {
    for (let from = 0; from < piece.length;) {
      const at = piece.indexOf(NEWLINE, from);
      const part = piece.subarray(from, at < 0 ? undefined : at);
      from = at < 0 ? piece.length : at + 1;
      if (!this.skipping && this.bytes + part.length > this.most) {
        this.take();
        this.skipping = true;
        yield undefined;
      }
      if (!this.skipping) {
        this.parts.push(part);
        this.bytes += part.length;
      }
      if (at < 0) continue;
      if (!this.skipping) yield this.take();
      this.skipping = false;
    }
  }

  /** What came after the last end of a line. */
  take(): Buffer {
    const line = Buffer.concat(this.parts);
    this.parts = [];
    this.bytes = 0;
    return line;
  }
}
