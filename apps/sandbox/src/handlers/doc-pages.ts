import { type Call, Created, type Handler } from '../call.js';
import { textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { pageWire, treeWire } from '../wire/doc.js';
import { edited, type EditMode, keep } from '../world/doc-text.js';
import { docOf, pageOf } from './doc-address.js';

const MODES: readonly unknown[] = ['replace', 'append', 'prepend'];
const FORMATS: readonly unknown[] = ['text/md', 'text/plain', undefined];

const depth = ({ query }: Call) => query.number('max_page_depth') ?? -1;

function format({ query }: Call): string | undefined {
  const wanted = query.text('content_format');
  if (!FORMATS.includes(wanted)) throw refuse.formatInvalid();
  return wanted;
}

export const getDocPageListingPublic: Handler = (call) => treeWire(docOf(call).pages, depth(call));

export const getDocPagesPublic: Handler = (call) => {
  const wanted = format(call);
  return treeWire(docOf(call).pages, depth(call), (page) => pageWire(page, wanted));
};

export const getPagePublic: Handler = (call) => pageWire(pageOf(call, call.path.page_id), format(call));

export const createPagePublic: Handler = (call) => {
  const { world, user, body, now } = call;
  const doc = docOf(call);
  const above = textField(body, 'parent_page_id');
  const parent = above === undefined ? undefined : pageOf(call, above);
  if (!FORMATS.includes(body.content_format)) throw refuse.formatInvalid();
  const page = world.docs.addPage(doc, parent, {
    name: textField(body, 'name') ?? '',
    subTitle: textField(body, 'sub_title') ?? '',
    content: keep(textField(body, 'content') ?? ''),
    creator: user,
    created: now,
  });
  return new Created(pageWire(page, undefined));
};

/** Overwrites unless told to append or prepend; what is not sent stays. */
export const editPagePublic: Handler = (call) => {
  const { user, body, now } = call;
  const page = pageOf(call, call.path.page_id);
  const mode = body.content_edit_mode ?? 'replace';
  if (!MODES.includes(mode)) throw refuse.editModeInvalid();
  if (!FORMATS.includes(body.content_format)) throw refuse.formatInvalid();
  const content = textField(body, 'content');
  page.name = textField(body, 'name') ?? page.name;
  page.subTitle = textField(body, 'sub_title') ?? page.subTitle;
  if (content !== undefined) page.content = edited(page.content, content, mode as EditMode);
  Object.assign(page, { updated: now, editor: user });
  page.doc.updated = now;
  return {};
};
