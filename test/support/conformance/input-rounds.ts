import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type InputRequest,
  type InputRequests,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { randomBytes } from 'node:crypto';

type Schema = Parameters<typeof inputRequired.elicit>[0]['requestedSchema'];

/** A conversation with the client in which a tool or prompt asks for input before it answers (SEP-2322). */
export interface Rounds {
  /** What is asked, round by round. */
  ask: readonly InputRequests[];
  /** Rounds travel in a signed `requestState`; without it there is one round, recognised by its answers. */
  signed?: boolean;
  /** Leaves out what the client did not declare. */
  onlyDeclared?: boolean;
}

export const elicit = (
  message: string,
  properties: Record<string, object>,
  required = Object.keys(properties),
): InputRequest =>
  inputRequired.elicit({ message, requestedSchema: { type: 'object', properties, required } as Schema });
export const sample = (prompt: string): InputRequest =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 50 });
export const roots = (): InputRequest => inputRequired.listRoots();

const CAPABILITY = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
} as const;
const codec = createRequestStateCodec<{ round: number }>({ key: randomBytes(32) });

/** The next thing to ask, or undefined when everything was answered. @throws ProtocolError -32602 for a state that is not ours */
export async function nextRound(
  { ask, signed = false, onlyDeclared = false }: Rounds,
  context: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const asked = signed ? await roundOf(context) : 0;
  const isAnswered =
    asked !== undefined &&
    Object.entries(ask[asked] ?? {}).every(([key, request]) => fits(request, context.mcpReq.inputResponses?.[key]));
  const next = isAnswered ? asked + 1 : (asked ?? 0);
  const requests = ask[next];
  if (!requests || (onlyDeclared && context.mcpReq.inputResponses)) return undefined;
  const state = signed ? { requestState: await codec.mint({ round: next }) } : {};
  return inputRequired({ inputRequests: onlyDeclared ? declared(requests, context) : requests, ...state });
}

async function roundOf(context: ServerContext): Promise<number | undefined> {
  const state = context.mcpReq.requestState<string>();
  if (state === undefined) return undefined;
  const { round } = await codec.verify(state, context).catch(() => {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid requestState');
  });
  return round;
}

/** Whether a client's answer is of the kind that was asked for. */
function fits({ method }: InputRequest, response: unknown): boolean {
  const { action, content, roots: list } = (response ?? {}) as { action?: unknown; content?: unknown; roots?: unknown };
  if (method === 'roots/list') return Array.isArray(list);
  return typeof content === 'object' && content !== null && (method !== 'elicitation/create' || action === 'accept');
}

function declared(requests: InputRequests, context: ServerContext): InputRequests {
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities = {} } = (context.mcpReq.envelope ?? {}) as Record<
    string,
    object
  >;
  return Object.fromEntries(Object.entries(requests).filter(([, { method }]) => CAPABILITY[method] in capabilities));
}
