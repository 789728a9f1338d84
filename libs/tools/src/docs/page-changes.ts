import { editPagePublic } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type NotApplied } from '../answers/changes.js';
import { type ToolContext } from '../tool/tool.js';
import { type DocPage, type DocPath, pageOf } from './read-doc.js';
import { wordsIn } from './words.js';

export type EditMode = 'append' | 'prepend' | 'replace';

/** What became of the text of a page. */
export interface PageChange {
  /** `characters: 120 → 240`, or nothing. */
  applied: string[];
  not_applied?: NotApplied;
}

const SHOWN_WORDS = 5;
const LOSSY = 'ClickUp keeps a page as blocks; what no block can hold, such as HTML, is lost';
const count = (text: string): string => `${text.length} characters`;

/** Words of a text that a page does not show. */
function missingWords(text: string, page: string): string[] {
  const there = new Set(wordsIn(page));
  return [...new Set(wordsIn(text))].filter((word) => !there.has(word));
}

/** What was asked for and is not so, from the page as it is now. */
function differences(before: string, text: string, mode: EditMode, after: string): NotApplied {
  const found: NotApplied = [];
  const missing = missingWords(text, after);
  if (missing.length > 0) {
    const shown = missing.slice(0, SHOWN_WORDS).join(', ');
    const more = missing.length > SHOWN_WORDS ? ` and ${missing.length - SHOWN_WORDS} more words` : '';
    found.push({ field: 'text', wanted: count(text), is: `without ${shown}${more}`, why: LOSSY });
  }
  const gone = mode === 'replace' ? [] : missingWords(before, after);
  if (gone.length > 0)
    found.push({
      field: 'earlier text',
      wanted: 'kept',
      is: `without ${gone.slice(0, SHOWN_WORDS).join(', ')}`,
      why: 'somebody else changed the page at the same time',
    });
  return found;
}

/**
 * Writes into a page and reads it again, since ClickUp answers nothing. ClickUp itself appends and prepends, so what others write at the
 * same time stays.
 * @throws AppError what the request throws, when it is certain that nothing was written
 */
export async function editPage(
  path: DocPath,
  { id: page_id, content: before = '' }: DocPage,
  { text, mode }: { text: string; mode: EditMode },
  context: Pick<ToolContext, 'clickup'>,
): Promise<PageChange> {
  if (mode === 'replace' && text.trim() === before.trim()) return { applied: [] };
  let doubt: AppError | undefined;
  try {
    await context.clickup.call(editPagePublic, {
      path: { ...path, page_id },
      body: { content: text, content_edit_mode: mode, content_format: 'text/md' },
    });
  } catch (thrown) {
    doubt = AppError.of(thrown);
    if (doubt.code !== 'unknown_outcome') throw doubt;
  }
  let after: string;
  try {
    after = (await pageOf(path, page_id, context)).content ?? '';
  } catch (thrown) {
    if (doubt) throw doubt;
    const why = `the page could not be read afterwards: ${AppError.of(thrown).message}`;
    return {
      applied: [`characters: ${before.length} → unknown`],
      not_applied: [{ field: 'text', wanted: count(text), is: 'sent, not verified', why }],
    };
  }
  return changeOf(before, text, mode, after, doubt);
}

function changeOf(
  before: string,
  text: string,
  mode: EditMode,
  after: string,
  doubt: AppError | undefined,
): PageChange {
  if (after !== before) {
    const not_applied = differences(before, text, mode, after);
    // Another text of the same length is a change, too.
    const applied = [`characters: ${before.length} → ${after.length}`];
    return { applied, ...(not_applied.length > 0 && { not_applied }) };
  }
  const same = mode === 'replace' && missingWords(text, after).length === 0;
  if (same && !doubt) return { applied: [] };
  const why = doubt
    ? 'ClickUp did not answer, and the page is as it was: read it before you write again'
    : 'ClickUp took the text and changed nothing';
  return { applied: [], not_applied: [{ field: 'text', wanted: count(text), is: 'as it was', why }] };
}
