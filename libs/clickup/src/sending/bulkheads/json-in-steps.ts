const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What is parsed at once: about a millisecond of work. */
const PIECE_BYTES = 64 * 1024;
/** As deep as answers may be; see `isTooDeep`. */
const MAX_DEPTH = 200;

type Container = unknown[] | Record<string, unknown>;

/** An array or object whose end has not been seen. */
interface Open {
  isArray: boolean;
  at: number;
  /** Where the members begin that are not parsed yet. */
  from: number;
  /** Where its newest member begins. */
  member: number;
  /** What was parsed of it, once it has turned out to be long. */
  value?: Container;
  /** Whether what was parsed ends with a member, so that a comma or the end must come next. */
  isAfterMember: boolean;
}

/**
 * Parses JSON as `JSON.parse` does, a piece at a time: a body of 9 MB at once would block everybody for 60 to 100 ms. The generator yields
 * after each piece, and returns the value. A single text is one piece, however long.
 * @throws SyntaxError for what `JSON.parse` refuses, and for more than 200 levels
 */
export function* jsonInSteps(bytes: Buffer, pieceBytes = PIECE_BYTES): Generator<void, unknown> {
  const stack: Open[] = [];
  let begun = 0;
  let scanned = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
    } else if (byte === COMMA) {
      const top = stack.at(-1);
      if (top) {
        if (at - top.from >= pieceBytes || top.isAfterMember) {
          open(bytes, stack);
          take(bytes, top, at, true);
        }
        top.member = at + 1;
      }
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (stack.length >= MAX_DEPTH) throw new SyntaxError('too deep');
      if (stack.length === 0) begun = at;
      const from = at + 1;
      stack.push({ isArray: byte === OPEN_ARRAY, at, from, member: from, isAfterMember: false });
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      const top = stack.pop();
      if (top?.isArray !== (byte === CLOSE_ARRAY)) throw new SyntaxError('brackets do not match');
      if (top.value) {
        take(bytes, top, at, false);
        const parent = stack.at(-1);
        if (!parent) return whole(bytes, begun, at + 1, top.value);
        put(parent.value!, keyOf(bytes, parent, top.at), top.value);
        parent.from = at + 1;
        parent.isAfterMember = true;
      }
    }
    if (at - scanned >= pieceBytes) {
      scanned = at;
      yield;
    }
  }
  return JSON.parse(textOf(bytes, 0, bytes.length)) as unknown;
}

/** The value, if there is nothing but spaces around it. */
function whole(bytes: Buffer, from: number, to: number, value: unknown): unknown {
  if (!isBlank(textOf(bytes, 0, from)) || !isBlank(textOf(bytes, to, bytes.length)))
    throw new SyntaxError('more than one value');
  return value;
}

/** Has everything that is open keep what it has so far: something in it is long. */
function open(bytes: Buffer, stack: readonly Open[]): void {
  for (const each of stack) each.value ??= each.isArray ? [] : {};
  // Of those around it, all members before the one that holds the next; that one is put there when it ends.
  for (const each of stack.slice(0, -1)) if (each.member > each.from) take(bytes, each, each.member - 1, true);
}

/** Parses the members up to `to`, which is a comma or the end. */
function take(bytes: Buffer, container: Open, to: number, isComma: boolean): void {
  const text = textOf(bytes, container.from, to);
  const { value, isArray, isAfterMember } = container;
  const isEmpty = isBlank(text);
  if (isAfterMember) {
    if (!isEmpty) throw new SyntaxError('a comma is missing');
  } else if (isEmpty) {
    // Only a container without any member may have none here.
    if (isComma || bytes[container.from - 1] === COMMA) throw new SyntaxError('a value is missing');
  } else if (isArray) {
    for (const item of JSON.parse(`[${text}]`) as unknown[]) (value as unknown[]).push(item);
  } else {
    const part = JSON.parse(`{${text}}`) as Record<string, unknown>;
    for (const key of Object.keys(part)) put(value!, key, part[key]);
  }
  container.from = isComma ? to + 1 : to;
  container.isAfterMember = false;
}

/** What stands before a long member: its name and a colon, or nothing. */
function keyOf(bytes: Buffer, parent: Open, at: number): string {
  const text = textOf(bytes, parent.from, at);
  if (parent.isAfterMember) throw new SyntaxError('a comma is missing');
  if (parent.isArray) {
    if (!isBlank(text)) throw new SyntaxError('a comma is missing');
    return '';
  }
  // Refused unless it is a name and a colon: nothing else can stand before a bracket.
  return Object.keys(JSON.parse(`{${text}[]}`) as object)[0]!;
}

function put(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container.push(value);
  // As in JSON.parse it is a property like any other, and not the prototype.
  else if (key === '__proto__')
    Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
  else container[key] = value;
}

/** Where the text ends that begins at `at`. */
function endOfText(bytes: Buffer, at: number): number {
  for (let end = at + 1; end < bytes.length; end += 1) {
    const byte = bytes[end];
    if (byte === BACKSLASH) end += 1;
    else if (byte === QUOTE) return end;
  }
  throw new SyntaxError('a text does not end');
}

const textOf = (bytes: Buffer, from: number, to: number): string => bytes.toString('utf8', from, to);
const isBlank = (text: string): boolean => /^[ \t\n\r]*$/.test(text);
