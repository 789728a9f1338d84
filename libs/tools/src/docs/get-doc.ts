import { getDocPagesPublic, getDocPublic, getPagePublic } from '#libs/clickup';
import { z } from 'zod';
import { Name, Ref } from '../arguments/inputs.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { defineTool } from '../tool/tool.js';
import { docOf } from './doc-address.js';
import { DocPosition, readDoc } from './read-doc.js';

export const getDoc = defineTool({
  name: 'get_doc',
  title: 'Get Doc',
  description: 'Read a Doc page by page as Markdown, or one page of it.',
  toolset: 'docs',
  verb: 'get',
  listed: false,
  covers: [getDocPublic, getDocPagesPublic, getPagePublic],
  input: z.strictObject({ doc: Ref, page: Name.optional(), ...PAGED_INPUT }),
  output: z.strictObject({ id: z.string(), title: z.string(), url: z.string(), text: z.string(), ...PAGED_OUTPUT }),
  async handler(args, context) {
    const from = positionOf(args, DocPosition, context);
    const { doc, page } = await docOf(args.doc, args.page, context);
    const { id, title, url, text, next } = await readDoc({ doc: doc.id, page: page?.id }, from, context);
    return { id, title, url, text, ...(next && { next_cursor: cursorAt(args, next, context) }) };
  },
});
