import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, ERRORS, isObject, LOGGER, restBody } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type IncomingHttpHeaders } from 'node:http';
import { type Logger } from 'pino';
import { answerId, CODES, errorJson, type Id, isRequest, requestIds, RpcError, withDetails } from '../calls/jsonrpc.js';
import { fetchRequest } from '../http/bridge.js';
import { PlainAnswers } from '../http/plain-answers.js';
import { plainRequest } from '../http/plain-request.js';
import { Protocol, type Served } from '../http/protocol.js';
import { type Conversation, SharedId, type StreamClient, type UnderWay } from './conversation.js';

/** Statuses of refusals that concern the credential, and not this message alone. */
const ENDS: readonly number[] = [401, 403, 404];

/** What is answered to one message. */
interface Answer {
  text: string;
  isError: boolean;
}

/** Serves the JSON-RPC messages that come over a stream, by what serves those that come by POST to /mcp. */
@Injectable()
export class StreamMessages {
  constructor(
    private readonly plain: PlainAnswers,
    private readonly protocol: Protocol,
    private readonly access: Access,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Serves a message or a batch. All that there is to say goes out over the stream: answers, progress, and refusals too. Resolves when that
   * has left, and never rejects.
   * @param counted whether the door has counted the requests in it already (contract item 27)
   * @returns why the credential is not let in any more, if that is so: the stream is to be ended with it
   */
  async serve(conversation: Conversation, body: unknown, counted = false): Promise<AppError | undefined> {
    const { client } = conversation;
    let begun: { message: unknown; underWay: UnderWay }[];
    try {
      begun = conversation.begin(body);
    } catch (thrown) {
      const id = thrown instanceof SharedId ? null : answerId(body);
      await client.send(this.refusal(id, thrown).text, true);
      return undefined;
    }
    let refused: AppError | undefined;
    const caller = await this.callerOf(conversation, body, counted).catch((thrown: unknown) => {
      refused = AppError.of(thrown);
      if (refused.code === 'internal_error') this.failed(thrown);
      return undefined;
    });
    const answers = begun.map(async ({ message, underWay }) => {
      if (caller) return this.answer(conversation, message, caller, underWay);
      return isRequest(message) ? this.refusal(message.id, refused) : undefined;
    });
    const delivered = await this.send(
      client,
      (await Promise.all(answers)).filter((answer) => answer !== undefined),
    );
    conversation.end(begun, delivered);
    return refused && ENDS.includes(refused.http) ? refused : undefined;
  }

  /** @returns whether all of it has left */
  private async send(client: StreamClient, answers: readonly Answer[]): Promise<boolean> {
    const [first, ...more] = answers;
    if (!first) return false;
    if (more.length === 0) return client.send(first.text, first.isError);
    return client.send(
      `[${answers.map(({ text }) => text).join()}]`,
      answers.every(({ isError }) => isError),
    );
  }

  /** The caller with its rights as they are now. */
  private async callerOf({ client }: Conversation, body: unknown, counted: boolean): Promise<Caller> {
    const caller = await client.again();
    if (!counted) await this.access.countMessages(caller, Math.max(1, requestIds(body).length));
    return caller;
  }

  /** The answer to one message, as JSON; undefined where there is none: to a notification, and to what was cancelled. */
  private async answer(
    conversation: Conversation,
    message: unknown,
    caller: Caller,
    { cancelled, whenDelivered }: UnderWay,
  ): Promise<Answer | undefined> {
    const { signal } = cancelled;
    const tell = (json: string) => {
      if (!signal.aborted) conversation.client.send(json).catch((error: unknown) => this.failed(error));
    };
    const transport = {
      signal,
      from: conversation.originOf(message),
      whenDelivered: (work: () => void) => void whenDelivered.push(work),
    };
    try {
      const headers = headersOf(message);
      const plain = plainRequest(message, headers);
      if (plain && this.plain.answers(plain)) {
        const text = await this.plain.text(plain, caller, transport, tell);
        return signal.aborted ? undefined : { text, isError: false };
      }
      const served = await this.protocol.serve(fetchRequest({ headers }, signal), message, {
        ...transport,
        caller,
        failed: () => undefined,
        notified: (notification) => tell(JSON.stringify(notification)),
      });
      const answer = await Promise.race([answerIn(served), aborted(signal)]);
      if (answer === undefined || signal.aborted) return undefined;
      return { text: JSON.stringify(answer), isError: isObject(answer) && 'error' in answer };
    } catch (thrown) {
      return signal.aborted || !isRequest(message) ? undefined : this.refusal(message.id, thrown);
    }
  }

  private refusal(id: Id | null, thrown: unknown): Answer {
    if (thrown instanceof RpcError) return { text: errorJson(id, thrown), isError: true };
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') this.failed(thrown);
    return { text: refusalJson(id, error), isError: true };
  }

  private failed(error: unknown): void {
    this.log.error({ err: error }, 'a message of a stream failed unexpectedly');
  }
}

/** A refusal of the error table as a JSON-RPC error: what HTTP would answer by its status. */
export function refusalJson(id: Id | null, error: AppError): string {
  const { code, message, details } = restBody(error).error;
  const kind = error.code === 'internal_error' ? CODES.internal : CODES.refused;
  return errorJson(id, new RpcError(kind, message, ERRORS[error.code].advice, { ...details, code }));
}

/** What a client of HTTP says in headers, of a message that has no headers: in the newer era they repeat what is in the message. */
function headersOf(message: unknown): IncomingHttpHeaders {
  const { method, params } = message as { method?: unknown; params?: unknown };
  const meta = isObject(params) && isObject(params._meta) ? params._meta : {};
  const revision = meta['io.modelcontextprotocol/protocolVersion'];
  if (typeof revision !== 'string' || typeof method !== 'string') return {};
  const name = isObject(params) ? (params.name ?? params.uri ?? params.taskId) : undefined;
  return {
    'mcp-protocol-version': revision,
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
  };
}

/** What the SDK has answered; undefined where it has nothing to say. */
async function answerIn({ response, gathered }: Served): Promise<unknown> {
  if (response.body === null) return undefined;
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) return withDetails(await response.json());
  const answer = await gathered();
  return Array.isArray(answer) && answer.length === 0 ? undefined : answer;
}

/** The SDK does not end the answer to what was cancelled. */
const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
