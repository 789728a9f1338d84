import { OPERATIONS } from '#libs/clickup';
import { AppError, isRead, type Verb, VERBS } from '#libs/core';
import { permits } from './decide.js';
import { questionOf } from './question.js';
import { type Policies, type Policy } from './policy.js';
import { TOOLSET_ALIASES, toolsetsOf } from './toolsets.js';

/** What somebody asks for in words (contract item 20). What is absent limits nothing. */
interface Asked {
  readonly methods?: readonly string[];
  readonly tags?: readonly string[];
  readonly upstream_retry?: string;
}

/** The methods that may be asked for, and the verbs that each stands for. `search` counts as `list`. */
const METHODS: Readonly<Record<string, readonly Verb[]>> = {
  read: VERBS.filter(isRead),
  write: VERBS.filter((verb) => !isRead(verb)),
  ...Object.fromEntries(VERBS.map((verb) => [verb, verb === 'search' ? (['list'] as const) : [verb]])),
};

/** The toolsets and their other names. */
const TAGS: readonly string[] = [
  ...new Set([...OPERATIONS.map(({ toolset }) => toolset), ...Object.keys(TOOLSET_ALIASES)]),
].sort();

/**
 * The layer that methods and tags stand for. It only narrows: the layers of whoever asks hold beside it.
 * @throws AppError `invalid_parameters` for a name that is not known, with those that are
 */
export function askedPolicy({ methods, tags, upstream_retry }: Asked): Policy {
  checkKnown('methods', methods, Object.keys(METHODS));
  checkKnown('tags', tags, TAGS);
  checkKnown('upstream_retry', upstream_retry === undefined ? [] : [upstream_retry], ['on', 'off']);
  const verbs = methods && verbsOf(methods);
  return {
    mode: !verbs || verbs.some((verb) => !isRead(verb)) ? 'write' : 'read',
    ...(verbs && { methods: verbs }),
    ...(tags && { toolsets: toolsetsOf(tags) }),
    ...(upstream_retry === 'off' && { upstreamRetry: 'off' }),
  };
}

/**
 * Why these layers do not grant what is asked for by name; undefined when they grant some of each. What they narrow beyond that stays
 * narrow by itself, because a call must pass every layer.
 */
export function beyond(layers: Policies, { methods = [], tags = [] }: Asked): string | undefined {
  const readOnly = layers.some(({ mode }) => mode === 'read');
  for (const method of methods) {
    const verbs = METHODS[method] ?? [];
    if (readOnly && verbs.every((verb) => !isRead(verb)))
      return `the method ${method} writes, and this connection, this key or this server is read-only`;
    if (layers.some((layer) => layer.methods && !verbs.some((verb) => layer.methods?.includes(verb))))
      return `the method ${method} was not granted`;
  }
  for (const tag of tags) {
    const toolsets = toolsetsOf([tag]);
    const barred = (layer: Policy) =>
      toolsets.every(
        (toolset) => (layer.toolsets && !layer.toolsets.includes(toolset)) || layer.disabledToolsets?.includes(toolset),
      );
    if (toolsets.length > 0 && layers.some(barred)) return `the toolset ${tag} was not granted`;
  }
  return undefined;
}

/** Whether no operation at all is left under these layers. */
export const leavesNothing = (layers: Policies): boolean =>
  OPERATIONS.every((operation) => !permits(layers, questionOf(operation)).allowed);

const verbsOf = (methods: readonly string[]): Verb[] => [
  ...new Set(methods.flatMap((method) => METHODS[method] ?? [])),
];

function checkKnown(parameter: string, values: readonly string[] = [], known: readonly string[]): void {
  const unknown = values.find((value) => !known.includes(value));
  if (unknown === undefined) return;
  throw new AppError(
    'invalid_parameters',
    `\`${parameter}\` has a name that is not known: ${JSON.stringify(unknown.slice(0, 64))}. Known are ${known.join(', ')}.`,
    { details: { parameter: `config.${parameter}`, candidates: known } },
  );
}
