/**
 * ClickUp's rich text: runs of text, where marks of characters sit on their run and marks of lines (`list`, `code-block`) on the
 * `"\n"` that ends the line (ClickUp fact 33). A mention is a run without text.
 */
export interface Run {
  text?: string | undefined;
  type?: string | undefined;
  attributes?: Record<string, unknown> | undefined;
  [part: string]: unknown;
}

/** Punctuation that means something in our Markdown, so that it can be escaped. */
const SPECIAL = /[\\`*_[\]@]/g;
/** A number begins an item of a list only where a blank follows its point: `0.5` does not. */
const LINE_START = /^(\s*)([-+#>]|\d{1,9}(?=[.)] ))/;
/** {@link toRichText} reads lists no deeper. Without a bound, a hostile number would become as many spaces. */
const MAX_INDENT = 10;
/** How many characters of links one run may add: its link is repeated in each of its lines, and it can have many lines and a long link. */
const MAX_LINKS = 100_000;
const MARKERS = { bullet: '- ', checked: '- [x] ', unchecked: '- [ ] ' } as const;

/** Whitespace stays outside of the marks: `** a**` is not bold in Markdown. */
function wrap(text: string, mark: string): string {
  const inner = text.trim();
  const from = text.length - text.trimStart().length;
  return inner ? `${text.slice(0, from)}${mark}${inner}${mark}${text.slice(from + inner.length)}` : text;
}

const isPlain = (text: string): boolean => !/[`*_[\]\\]|@\[/.test(text);

function inline({ text = '', attributes = {} }: Run): string {
  if (attributes.code) return `\`${text}\``;
  const escaped = isPlain(text) ? text : text.replace(SPECIAL, '\\$&');
  const bold = attributes.bold ? wrap(escaped, '**') : escaped;
  const italic = attributes.italic ? wrap(bold, '_') : bold;
  return typeof attributes.link === 'string' ? `[${italic}](${attributes.link})` : italic;
}

/** A run without text: a mention, an attachment, a bookmark, … */
function embedded(run: Run): string {
  const part = (run.type === undefined ? undefined : run[run.type === 'tag' ? 'user' : run.type]) as
    { username?: string; id?: number; url?: string; title?: string } | undefined;
  if (run.type === 'tag') return `@[${part?.username ?? part?.id ?? 'someone'}]`;
  if (part?.url) return `[${part.title ?? run.type}](${part.url})`;
  return `[${run.type ?? 'unknown'}]`;
}

type ListMark = { list?: string } | undefined;

/** One line with its marks; `number` counts the items of an ordered list. */
function line(content: string, { list, indent }: Record<string, unknown>, number: number): string {
  const kind = (list as ListMark)?.list;
  const inset = '  '.repeat(typeof indent === 'number' && indent > 0 ? Math.min(indent, MAX_INDENT) : 0);
  if (kind === 'ordered') return `${inset}${number}. ${content}`;
  if (kind !== undefined) return `${inset}${MARKERS[kind as keyof typeof MARKERS] ?? MARKERS.bullet}${content}`;
  return content.replace(LINE_START, (_, space: string, mark: string) =>
    /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );
}

/** ClickUp's rich text as Markdown. What our Markdown would misread is escaped, so that {@link toRichText} gives the same runs. */
export function toMarkdown(runs: readonly Run[]): string {
  const lines: string[] = [];
  let content = '';
  let raw = '';
  let inCode = false;
  let number = 0;
  const end = (attributes: Record<string, unknown>) => {
    const code = 'code-block' in attributes;
    if (code !== inCode) lines.push('```');
    inCode = code;
    number = (attributes.list as ListMark)?.list === 'ordered' ? number + 1 : 0;
    lines.push(code ? raw : line(content, attributes, number));
    [content, raw] = ['', ''];
  };
  for (const run of runs) {
    const attributes = run.attributes ?? {};
    if (run.text === undefined || run.type === 'tag') content += embedded(run);
    const parts = run.type === 'tag' ? [] : (run.text ?? '').split('\n');
    const marks =
      typeof attributes.link === 'string' && attributes.link.length * parts.length > MAX_LINKS
        ? { ...attributes, link: undefined }
        : attributes;
    parts.forEach((part, index) => {
      if (index > 0) end(attributes);
      content += part && inline({ text: part, attributes: marks });
      raw += part;
    });
  }
  if (content || inCode) end({});
  return lines.join('\n').trimEnd();
}
