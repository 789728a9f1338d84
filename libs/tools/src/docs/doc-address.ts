import { type NamedObject } from '#libs/clickup';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';

type Lookups = Pick<ToolContext, 'directory'>;

/** A Doc, or a page of one, as it was named. */
export interface DocAddress {
  doc: NamedObject;
  page?: NamedObject;
}

/** The last parts of the URLs that ClickUp shows for a Doc and for one of its pages. */
const DOC_URL = /\.clickup\.com\/\d+\/(?:v\/dc|docs)\/([\w-]+)(?:\/([\w-]+))?/;

/** What ClickUp's own pages show for a Doc, or for a page of it. */
export const docUrl = (workspaceId: string, docId: string, pageId?: string): string =>
  ['https://app.clickup.com', workspaceId, 'v/dc', docId, pageId].filter(Boolean).join('/');

/** The page that a URL in place of a Doc shows. */
export const pageInUrl = (ref: string): string | undefined => DOC_URL.exec(ref)?.[2];

/**
 * A Doc by id, URL or exact name, and a page of it. A URL of a page names both.
 * @throws AppError `clickup_not_found`, or `invalid_parameters` with the candidates
 */
export async function docOf(
  doc: string,
  page: string | undefined,
  { directory }: Lookups,
  names: { doc: string; page: string } = { doc: 'doc', page: 'page' },
): Promise<DocAddress> {
  const found = await naming(names.doc, () => directory.object('doc', DOC_URL.exec(doc)?.[1] ?? doc));
  const wanted = page ?? pageInUrl(doc);
  if (wanted === undefined) return { doc: found };
  return { doc: found, page: await naming(names.page, () => directory.object('page', wanted, found)) };
}
