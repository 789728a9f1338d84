import { AppError, isObject } from '#libs/core';

/** Where the newer era has what a client can do, in each request. */
const CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
/** Names the one question of an answer, and the one field of its form. */
const KEY = 'approve';

/** What a user has answered to a question, as the client tells it. */
export interface UserAnswer {
  action: 'accept' | 'decline' | 'cancel';
  /** What the form says; undefined where it says nothing, as after a link was opened. */
  approve: boolean | undefined;
}

/** What the client of one call can ask its user, and what the user has answered to the question before. */
export interface Elicitation {
  form: boolean;
  url: boolean;
  /** Given out with the question, and brought back with the answer: by whoever wants to. */
  state?: string | undefined;
  /** Undefined where there is none, or none that can be understood: then the question is asked again (MCP-M2). */
  answer?: UserAnswer | undefined;
}

/** A question to the user of the client. */
export interface Question {
  /** One sentence and what belongs to it, without characters that only a model reads. */
  message: string;
  /** Of the page that the person is to open; a form is shown where there is none. */
  url?: string;
  state: string;
}

/**
 * What a request of the newer era says of questions (SEP-2322, MCP-M1); undefined where its client has declared none: then nothing is asked, and
 * no answer counts.
 * @param envelope the fields of the newer era in its `_meta`
 */
export function elicitationOf(
  envelope: unknown,
  { inputResponses, requestState }: { inputResponses?: unknown; requestState?: unknown },
): Elicitation | undefined {
  const capabilities = isObject(envelope) ? envelope[CLIENT_CAPABILITIES] : undefined;
  const declared = isObject(capabilities) ? capabilities.elicitation : undefined;
  if (!isObject(declared)) return undefined;
  const url = isObject(declared.url);
  return {
    // An empty object means forms.
    form: isObject(declared.form) || !url,
    url,
    ...(typeof requestState === 'string' && { state: requestState, answer: answerIn(inputResponses) }),
  };
}

function answerIn(responses: unknown): UserAnswer | undefined {
  const response = isObject(responses) ? responses[KEY] : undefined;
  // Not the answer itself but something around it: the SDK takes it for none, either.
  if (!isObject(response) || 'method' in response || 'result' in response) return undefined;
  const { action, content } = response;
  if (action !== 'accept' && action !== 'decline' && action !== 'cancel') return undefined;
  // What stands in a form that was not sent says nothing.
  const approve = action === 'accept' && isObject(content) ? content[KEY] : undefined;
  return { action, approve: typeof approve === 'boolean' ? approve : undefined };
}

/** Whether the user does not want it: by saying so, or by sending the form without approving. */
export const declines = ({ action, approve }: UserAnswer): boolean =>
  action === 'decline' || (action === 'accept' && approve === false);

const SCHEMA = {
  type: 'object',
  properties: { [KEY]: { type: 'boolean', title: 'Approve', description: 'Do exactly this, once.' } },
  required: [KEY],
};

/** The answer to a call whose client is to ask first. */
export const inputRequired = ({ message, url, state }: Question) => ({
  resultType: 'input_required',
  inputRequests: {
    [KEY]: {
      method: 'elicitation/create',
      params: url === undefined ? { mode: 'form', message, requestedSchema: SCHEMA } : { mode: 'url', message, url },
    },
  },
  requestState: state,
});

/** The user has said no. */
export const declinedByUser = () =>
  new AppError('forbidden', 'The user has declined this change. Nothing was changed: do not ask for it again.', {
    details: { reason: 'the user has declined this change' },
  });

/** The user has not answered. */
export const closedByUser = () =>
  new AppError(
    'forbidden',
    'The user was asked about this change and has not answered. Nothing was changed: ask the user whether to make the same call again.',
    { details: { reason: 'the user has closed the question' } },
  );
