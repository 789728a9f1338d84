import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, isObject, LOGGER, TRACING, type Tracing } from '#libs/core';
import { visibleText } from '#libs/tools';
import {
  type AuthInfo,
  createMcpHandler,
  type McpRequestContext,
  ProtocolError,
  type RequestId,
  type Server,
  type ServerContext,
  SUBSCRIPTION_ID_META_KEY,
} from '@modelcontextprotocol/server';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { Dispatch } from '../calls/dispatch.js';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { MCP_EXTENSION, type McpExtension } from '../calls/mcp-extension.js';
import { GrantedInWords } from '../calls/granted-in-words.js';
import { IDENTITY, INSTRUCTIONS, serverInfoWith } from '../calls/server-info.js';
import { type Origin } from '../calls/origin.js';
import { type TransportContext } from '../calls/transport-context.js';
import { Completions } from '../completions/completions.js';
import { PromptLists } from '../prompts/prompt-lists.js';
import { elicitationOf, inputRequired } from '../elicitation/elicitation.js';
import { Resources } from '../resources/resources.js';
import { demandForSubscription } from '../mcp-tasks/demand.js';
import { McpTasks } from '../mcp-tasks/mcp-tasks.js';
import { serveTasks } from '../mcp-tasks/serve-tasks.js';
import { TASKS } from '../mcp-tasks/task-state.js';
import { ObservedServer } from './observed-server.js';
import { claimsModern, LEGACY } from './plain-request.js';
import { progressOf } from './progress.js';

/** How long clients may keep an answer, and whether it is for them alone (MCP-R3). */
export const CACHE_HINTS = {
  'tools/list': { ttlMs: 300_000, cacheScope: 'private' },
  // What can be read or done depends on the caller.
  'resources/list': { ttlMs: 300_000, cacheScope: 'private' },
  'resources/templates/list': { ttlMs: 3_600_000, cacheScope: 'private' },
  'resources/read': { ttlMs: 30_000, cacheScope: 'private' },
  'prompts/list': { ttlMs: 3_600_000, cacheScope: 'private' },
  // Its instructions say what this caller may do.
  'server/discover': { ttlMs: 3_600_000, cacheScope: 'private' },
} as const;

/** What every server of ours can do. */
const CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {} };

/** What the SDK answers to one HTTP request. */
export interface Served {
  response: Response;
  /** For clients that take no stream: the responses of a streamed answer, a single one as an object, several (a batch) as an array. */
  gathered: () => Promise<unknown>;
}

/** Serves both eras of the protocol with the official SDK: everything that is not plain (plain-request.ts). */
@Injectable()
export class Protocol {
  private readonly calls = createMcpHandler(({ authInfo, era }) => this.server(carriedBy(authInfo), era), {
    legacy: 'stateless',
    responseMode: 'auto',
  });
  /** Subscriptions stay open until the client or we end them. They have a handler of their own, so that a stop can end them while calls go on. */
  private readonly subscriptions = createMcpHandler(({ authInfo, era }) => this.server(carriedBy(authInfo), era), {
    legacy: 'stateless',
  });

  constructor(
    private readonly dispatch: Dispatch,
    private readonly granted: GrantedInWords,
    private readonly access: Access,
    private readonly resources: Resources,
    private readonly prompts: PromptLists,
    private readonly completions: Completions,
    private readonly tasks: McpTasks,
    @Inject(LOGGER) private readonly log: Logger,
    @Optional() @Inject(MCP_EXTENSION) private readonly extension?: McpExtension,
    @Optional() @Inject(TRACING) private readonly tracing?: Tracing,
  ) {}

  /** Answers one HTTP request: a `Request` of the Fetch standard goes in, a `Response` comes out. */
  async serve(request: Request, body: unknown, by: Omit<Carried, 'cancels'>): Promise<Served> {
    const answers: unknown[] = [];
    const subscribes = isObject(body) && body.method === 'subscriptions/listen';
    if (subscribes) demandForSubscription(body);
    const response = await (subscribes ? this.subscriptions : this.calls).fetch(request, {
      parsedBody: body,
      authInfo: carry({
        ...by,
        answered: (answer) => {
          answers.push(answer);
          by.answered?.(answer);
        },
      }),
    });
    const gathered = async () => {
      // Without a stream there is no subscription: it ends at once, with the result that the protocol has for its end.
      if (subscribes && claimsModern(body)) return response.body?.cancel().then(() => endOfSubscription(body.id));
      await ended(response.body);
      return answers.length === 1 ? answers[0] : answers;
    };
    return { response, gathered };
  }

  /** Whether a deployment adds to the SDK's server: then only that knows what it can do. */
  get isExtended(): boolean {
    return this.extension !== undefined;
  }

  /** The result of `initialize` (the older era), as the SDK answers it where nothing is added to its server. */
  initialized(caller: Caller, requested: unknown): Record<string, unknown> {
    return {
      protocolVersion: LEGACY.includes(String(requested)) ? requested : LEGACY[0],
      capabilities: CAPABILITIES,
      serverInfo: serverInfoWith(this.access.iconUrl()),
      instructions: this.instructions(caller),
    };
  }

  private instructions(caller: Caller): string {
    return `${INSTRUCTIONS} ${this.granted.of(caller)}`;
  }

  /** Ends open subscriptions with the result that the protocol has for that. */
  endSubscriptions(): Promise<void> {
    return this.subscriptions.close();
  }

  /** Closes everything else. */
  close(): Promise<void> {
    return this.calls.close();
  }

  /** Makes a server for one HTTP request, or for one connection of one caller: nothing is ever shared between two callers (CVE-2026-25536). */
  server(by: Carried, era: McpRequestContext['era']): Server {
    const { caller, answered, failed } = by;
    const server = new ObservedServer(
      {
        capabilities: {
          ...CAPABILITIES,
          // In the older era no request says whether its client knows the extension.
          ...(era === 'modern' && { extensions: { [TASKS]: {} } }),
          ...this.extension?.capabilities,
        },
        instructions: this.instructions(caller),
        cacheHints: CACHE_HINTS,
        // Without a session there is nowhere to send a question to: clients of the older era are told in the answer.
        inputRequired: { legacyShim: false },
      },
      this.access.iconUrl(),
      (answer) => {
        answered?.(answer);
        if ('error' in answer) failed(answer.error.code);
      },
      by.notified,
      this.tracing,
    );
    // Without sessions this notification could only cancel a request of its own batch, and the SDK would then wait for the answer forever.
    // Clients cancel by closing the stream.
    if (!by.cancels) server.setNotificationHandler('notifications/cancelled', () => undefined);
    server.setRequestHandler('tools/list', (request) =>
      this.rethrow(() => ({ tools: this.dispatch.list(caller, request.params ?? {}).wire as never })),
    );
    server.setRequestHandler('tools/call', (request, context) =>
      this.rethrow(async () => {
        const { id, envelope, inputResponses, requestState } = context.mcpReq;
        const whenDelivered = (work: () => void) => by.whenDelivered(work, id);
        const transport = { ...transportOf(context), from: by.from, whenDelivered };
        if (era === 'legacy') return (await this.dispatch.call(caller, request.params, transport)).result as never;
        const asks = elicitationOf(envelope, { inputResponses, requestState: requestState() });
        const outcome = await this.dispatch.call(caller, request.params, { ...transport, asks });
        if (outcome.question) return { ...inputRequired(outcome.question), _meta: outcome.result._meta } as never;
        return (await this.tasks.answer(outcome, caller, envelope)) as never;
      }),
    );
    this.serveResources(server, caller);
    this.servePrompts(server, caller);
    if (era === 'modern') serveTasks(server, this.tasks, by, (work) => this.rethrow(work));
    this.extension?.extend(server);
    return server;
  }

  private serveResources(server: Server, caller: Caller): void {
    server.setRequestHandler('resources/list', ({ params }, context) =>
      this.rethrow(() => this.resources.list(caller, params?.cursor, transportOf(context))),
    );
    server.setRequestHandler('resources/templates/list', () => this.rethrow(() => this.resources.templates(caller)));
    server.setRequestHandler('resources/read', ({ params }, context) =>
      this.rethrow(() => this.resources.read(caller, params.uri, transportOf(context))),
    );
  }

  private servePrompts(server: Server, caller: Caller): void {
    server.setRequestHandler('prompts/list', ({ params }) =>
      this.rethrow(() => this.prompts.list(caller, params?.cursor)),
    );
    server.setRequestHandler('prompts/get', ({ params }) =>
      this.rethrow(() => this.prompts.get(caller, params.name, params.arguments)),
    );
    server.setRequestHandler('completion/complete', ({ params }, context) =>
      this.rethrow(() => this.completions.complete(caller, params, transportOf(context))),
    );
  }

  /** The SDK sends the message of any error to the client, so an unexpected one is logged and replaced. */
  private async rethrow<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RpcError)
        throw new ProtocolError(error.code, error.message, { ...error.data, details: error.details });
      if (error instanceof ProtocolError) throw error;
      this.log.error({ err: error }, 'a request failed unexpectedly');
      throw new ProtocolError(CODES.internal, AppError.of(error).message);
    }
  }
}

/** What the SDK knows of a call, in the words of {@link Dispatch}. */
function transportOf(context: ServerContext): TransportContext {
  const { signal, notify } = context.mcpReq;
  const progressToken = context.mcpReq._meta?.progressToken;
  const { progress, waiting } = progressOf(({ message, ...told }) => {
    if (progressToken === undefined) return;
    const params = { progressToken, ...told, message: visibleText(message) };
    // A client that is gone needs no progress; the call itself notices by its signal.
    notify({ method: 'notifications/progress', params }).catch(() => undefined);
  });
  return { signal, context, progress, waiting };
}

const endOfSubscription = (id: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { resultType: 'complete', _meta: { [SUBSCRIPTION_ID_META_KEY]: id, ...IDENTITY } },
});

/** Resolves when the SDK has written its last event. */
async function ended(stream: ReadableStream<Uint8Array> | null): Promise<void> {
  const reader = stream?.getReader();
  while (reader && !(await reader.read()).done);
}

/** What belongs to one HTTP request, or to a connection. */
export interface Carried {
  readonly caller: Caller;
  /** Read once for each call: a connection has many. */
  readonly from: Origin;
  /** Told the code of each JSON-RPC error that is answered. */
  failed: (code: number) => void;
  /** Has something done once the answer to the request of this id has reached the client. */
  whenDelivered: (work: () => void, id: RequestId) => void;
  /** Told each response. */
  answered?: ((answer: unknown) => void) | undefined;
  /** Told each notification, where the answer to its request is not the stream that carries it. */
  notified?: ((notification: unknown) => void) | undefined;
  /** Whether clients cancel by a notification: where a connection holds many requests. */
  cancels?: true;
}

/**
 * Passes this through the SDK in `AuthInfo.extra`, the only place that reaches the server of this request. The token itself is left out.
 */
const carry = (carried: Carried): AuthInfo => ({
  token: '',
  clientId: carried.caller.id,
  scopes: [],
  extra: { ...carried },
});
const carriedBy = (authInfo: AuthInfo | undefined) => authInfo?.extra as unknown as Carried;
