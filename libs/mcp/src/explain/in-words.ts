import { type JudgedRequest } from './explanation.js';

/** Whose word a layer is, as a sentence begins. */
const WHO: Readonly<Record<string, string>> = {
  operator: 'The operator of this gateway',
  workspace: 'The policy of the Workspace',
  'kill switch': 'A kill switch',
  'client list': 'The list of clients in the policy of the Workspace',
  person: 'What the person chose for this connection',
  grant: 'What this credential was granted',
  token: 'The scopes of the token',
};

const ENDINGS = ' .:;,';

function sentence(text: string): string {
  let end = text.length;
  while (end > 0 && ENDINGS.includes(text.charAt(end - 1))) end -= 1;
  return `${text.charAt(0).toUpperCase()}${text.slice(1, end)}.`;
}

export const refusedInWords = (reason: string, layer: string | undefined): string =>
  layer === undefined ? sentence(reason) : sentence(`${WHO[layer] ?? layer} refuses it: ${reason}`);

const names = (requests: readonly JudgedRequest[]): string =>
  [...new Set(requests.map(({ operation }) => operation))].join(', ');

export const allowedInWords = (effects: readonly JudgedRequest[]): string =>
  effects.length === 0
    ? 'Every layer allows it, and it asks ClickUp nothing.'
    : `Every layer allows what it sends first: ${names(effects)}.`;

/** @param likely requests that it may come to, all judged alike */
export function unknownInWords(open: readonly string[], likely: readonly JudgedRequest[]): string {
  const because = sentence(open.length > 0 ? `Not known: ${open[0]}` : 'Not known before ClickUp has answered');
  const [first] = likely;
  if (!first) return because;
  return first.decision === 'refused'
    ? `${because} What it would send then (${names(likely)}) would be refused: ${refusedInWords(first.reason ?? '', first.layer)}`
    : `${because} What it would send then (${names(likely)}) would be allowed on what the call names.`;
}
