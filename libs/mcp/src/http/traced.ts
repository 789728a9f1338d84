import { AppError, isObject, type Told, type Tracing } from '#libs/core';
import { LEGACY, MODERN } from './plain-request.js';
import { PROMPTS } from '../prompts/prompts.js';
import { matching } from '../resources/templates.js';
import { methodOf } from '../calls/origin.js';

/** What a client asks for, as far as a trace tells it. */
interface Asked {
  method: string;
  id?: unknown;
  params?: unknown;
  /** The revision of the protocol that it was asked in, where that is known. */
  revision?: unknown;
}

/** An id that may stand in a trace: anything longer, or with other characters, could be a text. */
const HARMLESS_ID = /^[\w.:-]{1,64}$/;
const REVISIONS: readonly unknown[] = [MODERN, ...LEGACY];

/**
 * Answers a request of a client as one span, by the semantic conventions of MCP (open-telemetry/semantic-conventions-genai): its parent is
 * in `_meta`, else in the headers. Arguments and results stay out, and of a URI its template is told.
 */
export function traced<T>(tracing: Tracing, asked: Asked, work: () => T | Promise<T>): Promise<T> {
  const method = methodOf(asked) ?? 'unknown';
  const params = isObject(asked.params) ? asked.params : {};
  const prompt = method === 'prompts/get' ? PROMPTS.find(({ name }) => name === params.name)?.name : undefined;
  return tracing.operation(
    {
      name: method,
      attributes: {
        'mcp.method.name': method,
        'mcp.protocol.version': revisionOf(asked, params),
        'jsonrpc.request.id': HARMLESS_ID.test(String(asked.id)) ? String(asked.id) : undefined,
        'mcp.resource.uri': typeof params.uri === 'string' ? matching(params.uri)?.template.uriTemplate : undefined,
        'gen_ai.prompt.name': prompt,
      },
      carrier: isObject(params._meta) ? params._meta : undefined,
      finalName: (told) =>
        [method, method === 'tools/call' ? told['gen_ai.tool.name'] : prompt].filter(Boolean).join(' '),
      errorOf: ({ 'clickup_mcp.outcome': outcome, 'rpc.response.status_code': code, 'error.type': error }) => {
        if (code !== undefined || error !== undefined) return String(error ?? code);
        return outcome === undefined || outcome === 'ok' || outcome === 'preview' ? undefined : 'tool_error';
      },
      thrown,
    },
    work,
  );
}

/** Errors of the protocol have a number; all others have a row of the error table. */
function thrown(error: unknown): Told {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number'
    ? { 'rpc.response.status_code': String(code) }
    : { 'error.type': AppError.of(error).code };
}

function revisionOf({ method, revision }: Asked, { _meta: meta, protocolVersion }: Record<string, unknown>) {
  const claimed = isObject(meta) ? meta['io.modelcontextprotocol/protocolVersion'] : undefined;
  const said = [revision, claimed, method === 'initialize' ? protocolVersion : undefined];
  return said.find((each): each is string => REVISIONS.includes(each));
}
