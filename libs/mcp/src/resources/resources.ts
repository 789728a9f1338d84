import { type Caller } from '#libs/connections';
import { type ErrorCode } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { Dispatch } from '../calls/dispatch.js';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { type Named, Names } from '../calls/names.js';
import { ToolLists } from '../calls/tool-lists.js';
import { type ToolResult } from '../calls/tool-result.js';
import { type TransportContext } from '../calls/transport-context.js';
import { matching, type Reading, type Template, TEMPLATES, uriOf, type Variables } from './templates.js';

/** An entry of resources/list (MCP Resource). */
interface Resource {
  uri: string;
  name: string;
  title: string;
  mimeType: string;
}

/** What the answers of tools have in common, as far as it is read here. */
interface Answer extends Record<string, unknown> {
  next_cursor?: unknown;
  metadata?: { next_cursor?: unknown };
}

const PAGE = 100;
const MARKDOWN = 'text/markdown';

/** A failed reading with one of these codes means that there is no such resource for this caller. */
const NOT_THERE: readonly ErrorCode[] = ['clickup_not_found', 'invalid_parameters', 'forbidden', 'clickup_forbidden'];

/** What of ClickUp can be read by URI. Reading it calls tools, so that whoever may not call them cannot read it either. */
@Injectable()
export class Resources {
  constructor(
    private readonly lists: ToolLists,
    private readonly dispatch: Dispatch,
    private readonly names: Names,
  ) {}

  /** What this caller can read: the hierarchy, every List and every Doc. Tasks are too many to be listed. */
  async list(caller: Caller, cursor: string | undefined, transport: TransportContext) {
    const from = cursor === undefined ? 0 : Number(/^\d{1,9}$/.exec(cursor)?.[0] ?? Number.NaN);
    const all = await this.all(caller, transport);
    if (Number.isNaN(from) || (from > 0 && from >= all.length))
      throw new RpcError(
        CODES.params,
        'Invalid cursor',
        'Pass nextCursor of the page before, or start without a cursor.',
      );
    const next = from + PAGE;
    return { resources: all.slice(from, next), ...(next < all.length && { nextCursor: String(next) }) };
  }

  templates(caller: Caller) {
    return {
      resourceTemplates: this.offered(caller).map(({ name, title, description, uriTemplate }) => ({
        name,
        title,
        description,
        uriTemplate,
        mimeType: MARKDOWN,
      })),
    };
  }

  /** @throws RpcError -32602 for what is not there, or not for this caller (SEP-2164) */
  async read(caller: Caller, uri: string, transport: TransportContext) {
    const found = matching(uri);
    if (!found || !this.offered(caller).includes(found.template)) throw unknown(uri);
    const { template, variables } = found;
    await this.check(uri, variables, caller, transport);
    const texts: string[] = [];
    for (const reading of template.readings) {
      if (reading.optional && !this.isOffered(caller, reading)) continue;
      const text = await this.text(uri, reading, variables, caller, transport);
      texts.push(reading.heading ? `${reading.heading}\n${text}` : text);
    }
    return { contents: [{ uri, mimeType: MARKDOWN, text: texts.join('\n\n') }] };
  }

  private async all(caller: Caller, transport: TransportContext): Promise<Resource[]> {
    const offered = new Map(this.offered(caller).map((template) => [template.name, template]));
    const [workspace] = await this.names.all('workspace', '', caller, transport);
    if (!workspace) return [];
    const of = async (name: 'list' | 'doc') => (offered.has(name) ? this.names.all(name, '', caller, transport) : []);
    const hierarchy = offered.has('hierarchy') ? [{ id: workspace.id, name: workspace.name }] : [];
    const [lists, docs] = [await of('list'), await of('doc')];
    const entry = (name: string, { name: title }: Named, variables: Variables): Resource => ({
      uri: uriOf(name, { workspace_id: workspace.id, ...variables }),
      name: title,
      title: name === 'hierarchy' ? `${title}: all Spaces, Folders and Lists` : title,
      mimeType: MARKDOWN,
    });
    return [
      ...hierarchy.map((each) => entry('hierarchy', each, {})),
      ...lists.map((each) => entry('list', each, { space_id: each.space ?? '', list_id: each.id })),
      ...docs.map((each) => entry('doc', each, { doc_id: each.id })),
    ];
  }

  /** A URI names the Workspace and the Space, too: one that names others is none of an object here. */
  private async check(uri: string, variables: Variables, caller: Caller, transport: TransportContext): Promise<void> {
    const directory = this.names.directory(caller, transport);
    const { id } = await directory.workspace();
    if (variables.workspace_id !== id) throw unknown(uri);
    if (variables.list_id === undefined) return;
    const list = (await this.names.all('list', '', caller, transport)).find((each) => each.id === variables.list_id);
    // Archived Lists are in no tree; for them what their own reading says is all that is known.
    if (list && list.space !== variables.space_id) throw unknown(uri);
  }

  private async text(
    uri: string,
    { tool, ...reading }: Reading,
    variables: Variables,
    caller: Caller,
    transport: TransportContext,
  ): Promise<string> {
    const params = { name: tool, arguments: reading.arguments(variables) };
    const { result } = await this.dispatch.call(caller, params, transport);
    if (result.isError) throw failure(uri, result);
    const answer: Answer = result.structuredContent ?? {};
    const text = reading.text?.(answer) ?? result.content.map((item) => item.text ?? '').join('\n');
    const cursor = answer.next_cursor ?? answer.metadata?.next_cursor;
    return cursor === undefined
      ? text
      : `${text}\n\nThere is more: call ${tool} with ${JSON.stringify({ ...params.arguments, cursor })}.`;
  }

  private offered(caller: Caller): Template[] {
    return TEMPLATES.filter(({ readings }) =>
      readings.every((reading) => reading.optional === true || this.isOffered(caller, reading)),
    );
  }

  private isOffered(caller: Caller, { tool }: Reading): boolean {
    return this.lists.of(caller.policies).tools.has(tool);
  }
}

function failure(uri: string, { content, _meta }: ToolResult): RpcError {
  const { code } = (_meta?.error ?? {}) as { code?: ErrorCode };
  const details = content.map((item) => item.text ?? '').join(' ');
  return code !== undefined && NOT_THERE.includes(code)
    ? unknown(uri, details)
    : new RpcError(CODES.internal, 'The resource could not be read', details, { uri, code });
}

const unknown = (
  uri: string,
  details = 'Take a URI from resources/list, or fill a template of resources/templates/list with ids of this Workspace.',
) => new RpcError(CODES.params, 'Resource not found', details, { uri: uri.slice(0, 500) });
