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

export const isDocUrl = (ref: string): boolean => DOC_URL.test(ref);

/** The page that a URL in place of a Doc shows. */
export const pageInUrl = (ref: string): string | undefined => DOC_URL.exec(ref)?.[2];

/**
 * A Doc by id, exact name, or the URL of it or of one of its pages.
 * @throws AppError `clickup_not_found` for an id, `invalid_parameters` for a name that none or several bear
 */
export const docNamed = (argument: string, ref: string, { directory }: Lookups): Promise<NamedObject> =>
  naming(argument, () => directory.object('doc', DOC_URL.exec(ref)?.[1] ?? ref));

/**
 * A Doc, and a page of it by id or exact name; a URL of a page names both.
 * @param names what errors call the two arguments
 * @throws AppError `clickup_not_found` for an id, `invalid_parameters` for a name that none or several bear
 */
export async function docOf(
  ref: string,
  page: string | undefined,
  context: Lookups,
  names = { doc: 'doc', page: 'page' },
): Promise<DocAddress> {
  const doc = await docNamed(names.doc, ref, context);
  const wanted = page ?? pageInUrl(ref);
  if (wanted === undefined) return { doc };
  return { doc, page: await naming(names.page, () => context.directory.object('page', wanted, doc)) };
}
