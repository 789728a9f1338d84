import { createDocPublic, createPagePublic, editPagePublic } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { Markdown, Name, Ref } from '../arguments/inputs.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { docUrl, pageInUrl } from './doc-address.js';
import { findDoc, type FoundDoc, pageNamed } from './doc-pages.js';
import { create, wrote } from './new-pages.js';
import { editPage, type EditMode } from './page-changes.js';
import { type DocPage, pageOf } from './read-doc.js';

const input = z.strictObject({
  doc: Ref,
  mode: z.enum(['create', 'append', 'prepend', 'replace']),
  page: Name.optional(),
  within: Ref.optional().describe('Space, Folder or List of a new Doc; page above a new page'),
  text: Markdown.min(1),
});
type Input = z.output<typeof input>;

const BEGINNING = 200;
/** A text of this clears a page, as in every other argument. */
const NOTHING = 'none';
const textOf = ({ text }: Input): string => (text.trim().toLowerCase() === NOTHING ? '' : text);

/** The page that is to be changed, with its text. */
async function target({ doc, page, within }: Input, context: ToolContext): Promise<FoundDoc & { page: DocPage }> {
  if (within !== undefined)
    throw new AppError('invalid_parameters', 'within: only mode create takes it. Name the page to change as page.', {
      details: { parameter: 'within' },
    });
  const found = await findDoc(doc, context);
  const listed = pageNamed('page', found, page ?? pageInUrl(doc));
  return { ...found, page: listed.content === undefined ? await pageOf(found.path, listed.id, context) : listed };
}

async function change(args: Input, context: ToolContext) {
  const { doc, path, page } = await target(args, context);
  const wanted = { text: textOf(args), mode: args.mode as EditMode };
  const { applied, not_applied } = await editPage(path, page, wanted, context);
  wrote(doc.id, context);
  return {
    doc: doc.name,
    page: page.name,
    url: docUrl(path.workspace_id, doc.id, page.id),
    applied,
    not_applied,
  };
}

export const writeDoc = defineTool({
  name: 'write_doc',
  title: 'Write Doc',
  description:
    'Create a Doc or a page of one, or change a page, in Markdown. create with page adds that page to the Doc.',
  toolset: 'docs',
  verb: 'update',
  covers: [createDocPublic, createPagePublic, editPagePublic],
  needs: {
    'mode=create': [createDocPublic, createPagePublic],
    within: [createDocPublic],
    'mode=append': [editPagePublic],
    'mode=prepend': [editPagePublic],
    'mode=replace': [editPagePublic],
  },
  idempotent: false,
  input,
  output: z.strictObject({
    doc: z.string(),
    page: z.string().optional(),
    url: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ applied, not_applied }) =>
    !applied?.length ? 'Unchanged' : not_applied ? 'Written, but not in everything' : 'Written',
  async preview(args, context) {
    if (args.mode !== 'replace') return undefined;
    const { doc, path, page } = await target(args, context);
    const { content = '' } = page;
    if (!content || content.trim() === textOf(args).trim()) return undefined;
    await context.clickup.judge(editPagePublic, [{ path: { ...path, page_id: page.id }, body: {} }]);
    return {
      summary: `Replace all ${content.length} characters of the page "${page.name}" of the Doc "${doc.name}" with ${textOf(args).length}. The API cannot bring the old text back; mode append keeps it.`,
      current: { doc: doc.name, page: page.name, characters: content.length, begins: content.slice(0, BEGINNING) },
      state: `${page.id} ${page.changed} ${content.length}`,
    };
  },
  async handler(args, context) {
    const written = await (args.mode === 'create'
      ? create({ ...args, text: textOf(args) }, context)
      : change(args, context));
    const { doc, page, url } = written;
    context.show({ type: 'resource_link', uri: url, name: [doc, page].filter(Boolean).join(' / ') });
    return written;
  },
});
