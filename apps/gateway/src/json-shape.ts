const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Looked at between two turns of the event loop: a fraction of a millisecond of work. */
const STEP_BYTES = 64 * 1024;

/** What a body may be like, however few bytes it has. */
export interface Shape {
  /** Arrays and objects inside one another. */
  depth: number;
  /** Members of arrays and objects, all together. */
  values: number;
  /** Members of one object. */
  keys: number;
}

/**
 * Looks at the brackets, commas and colons of JSON for what would be slow to build, to walk or to check: four megabytes of text are read
 * in milliseconds, but as 400,000 keys they held everybody up for ten seconds. Nothing is built; whether it is JSON at all is left
 * to the parser. Yields after each step, and returns the first bound that is passed.
 */
export function* beyondShape(bytes: Buffer, most: Shape): Generator<void, keyof Shape | undefined> {
  // Of each open array or object, how many colons it has had. Never longer than the depth that is allowed.
  const keys = new Uint32Array(most.depth + 1);
  let [depth, values, paused] = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (at - paused >= STEP_BYTES) {
      paused = at;
      yield;
    }
    switch (bytes[at]) {
      case QUOTE:
        at = yield* endOfText(bytes, at);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > most.depth) return 'depth';
        if (++values > most.values) return 'values';
        keys[depth] = 0;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (depth > 0) depth -= 1;
        break;
      case COMMA:
        if (++values > most.values) return 'values';
        break;
      case COLON:
        if ((keys[depth] = keys[depth]! + 1) > most.keys) return 'keys';
        break;
      default:
    }
  }
  return undefined;
}

/** The place of the quote that ends a text, or the end of everything. A text of escaped quotes takes steps, too. */
function* endOfText(bytes: Buffer, start: number): Generator<void, number> {
  let paused = start;
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let before = end;
    while (bytes[before - 1] === BACKSLASH) before -= 1;
    // An even number of backslashes are backslashes; an odd one makes the quote a part of the text.
    if ((end - before) % 2 === 0) return end;
    if (end - paused >= STEP_BYTES) {
      paused = end;
      yield;
    }
  }
  return bytes.length;
}
