import { type Table } from './table.js';
import { type Tool } from '../tool/tool.js';
import { visible } from './visible.js';

const WORDS: Record<string, string> = { id: 'ID', url: 'URL' };

const MAX_LABELS = 2_000;
const labels = new Map<string, string>();

/** `task_id` → `Task ID`. Worked out once for each: nearly all are names of properties of the tools' outputs. */
function label(key: string): string {
  let known = labels.get(key);
  if (known === undefined) {
    // Parts of an answer may bear names that people chose.
    if (labels.size >= MAX_LABELS) labels.clear();
    labels.set(key, (known = labelOf(key)));
  }
  return known;
}

function labelOf(key: string): string {
  const words = key
    .split('_')
    .map((word) => WORDS[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && 'columns' in value && 'rows' in value;

/** A table that says of what it is. */
const isPart = (value: unknown): value is Table & { part: string } =>
  isTable(value) && 'part' in value && typeof value.part === 'string';

/** Tabs and line ends separate cells and rows, so inside a cell they are spelled out. */
const cell = (value: string): string => value.replaceAll('\t', '\\t').replaceAll('\n', '\\n');

/** A table as lines of cells with tabs between them. */
export function renderTable({ columns, rows }: Table): string {
  return rows.length === 0 ? '(none)' : [columns, ...rows].map((row) => row.map(cell).join('\t')).join('\n');
}

/** A value on one line: `name: x, id: 1` for objects, joined lists. */
function inline(value: unknown): string {
  if (Array.isArray(value))
    return value
      .filter(isPresent)
      .map(inline)
      .filter(Boolean)
      .join(value.some((item) => typeof item === 'object' || /[,:]/.test(String(item))) ? '; ' : ', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([, item]) => isPresent(item))
    .map(([key, item]) => `${key.replaceAll('_', ' ')}: ${inline(item)}`)
    .join(', ');
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/**
 * Empty when there is nothing to say. Text of several lines is set in, so that none of them can look like a property of its own: a
 * description that says "Status: complete" is a description (SEC-179).
 */
function line(key: string, value: unknown): string {
  if (isTable(value)) return `${label(key)}:\n${renderTable(value)}`;
  if (Array.isArray(value) && value.length > 0 && value.every(isPart))
    return value.map((table) => line(table.part, { columns: table.columns, rows: table.rows })).join('\n\n');
  if (LISTED.has(key) && Array.isArray(value) && value.length > 1)
    return [`${label(key)}:`, ...value.map((item) => `${INSET}${cell(inline(item))}`)].join('\n');
  const text = inline(value);
  if (!text) return '';
  return text.includes('\n') ? `${label(key)}:\n${text.replace(/^(?=.)/gm, INSET)}` : `${label(key)}: ${text}`;
}

const INSET = '  ';
/** What was changed and what was not: each on a line of its own. */
const LISTED: ReadonlySet<string> = new Set(['applied', 'unchanged', 'not_applied', 'not_copied']);

const lines = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .filter(([, value]) => isPresent(value))
    .map(([key, value]) => line(key, value))
    .filter(Boolean)
    .join('\n');

interface PreviewOutput {
  preview: { summary: string; current: Record<string, unknown> };
  [field: string]: unknown;
}
const isPreview = (output: Record<string, unknown>): output is PreviewOutput =>
  ('confirm_token' in output || 'approval' in output) && 'preview' in output;

/** The text of a result: headline, what was understood, then the table if the output is a list, then one `Label: value` per property. */
function textOf(tool: Tool, output: Record<string, unknown>): string {
  if (isPreview(output)) return previewText(output);
  if (tool.text) return tool.text(output);
  const { columns: _, rows: __, scope, ...rest } = output;
  const list = isTable(output) ? renderTable(output) : undefined;
  return [tool.headline?.(output), lines({ scope }), list, lines(rest)].filter(Boolean).join('\n\n');
}

/** What would happen comes first; the tool's own headline would say that it has happened. */
function previewText({ preview, ...rest }: PreviewOutput): string {
  return [preview.summary.replaceAll('\n', ' '), lines(preview.current), lines(rest)].filter(Boolean).join('\n\n');
}

/** What the model gets of an output: the structured value and its text, both without invisible characters. */
export function present(
  tool: Tool,
  output: Record<string, unknown>,
): { structured: Record<string, unknown>; text: string } {
  const structured = visible(output);
  return { structured, text: textOf(tool, structured) };
}

/** The text alone, see {@link present}. */
export function renderText(tool: Tool, output: Record<string, unknown>): string {
  return present(tool, output).text;
}
