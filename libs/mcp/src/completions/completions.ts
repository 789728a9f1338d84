import { isObject } from '#libs/core';
import { type Caller } from '#libs/connections';
import { Injectable } from '@nestjs/common';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { isTexts, type Named, type NamedKind, Names } from '../calls/names.js';
import { type TransportContext } from '../calls/transport-context.js';
import { PromptLists } from '../prompts/prompt-lists.js';
import { TEMPLATES } from '../resources/templates.js';

/** The most that the protocol lets one answer name. */
const MOST = 100;

/** What is being filled in: a kind of object, and whether its id is wanted or its name. */
interface Wanted {
  kind: NamedKind | undefined;
  by: 'id' | 'name';
}

/** Completes the variables of resource templates (names → ids) and the arguments of prompts (parts of names → names). */
@Injectable()
export class Completions {
  constructor(
    private readonly names: Names,
    private readonly prompts: PromptLists,
  ) {}

  /** @throws RpcError -32602 for what is no template, prompt or argument of one */
  async complete(caller: Caller, params: Record<string, unknown>, transport: TransportContext) {
    const { ref, argument, context } = params;
    if (!isObject(ref) || !isTexts(argument) || argument.name === undefined || argument.value === undefined)
      throw invalid('Give `ref` and `argument` with `name` and `value`.');
    const { kind, by } = this.wanted(caller, ref, argument.name);
    if (!kind) return answer([]);
    const known = isObject(context) && isTexts(context.arguments) ? context.arguments : {};
    const all = await this.names.all(kind, argument.value, caller, transport);
    const inside = all.filter(({ space }) => !known.space_id || space === undefined || space === known.space_id);
    // Tasks were looked for by these very words.
    const found = kind === 'task' ? inside : fitting(inside, argument.value);
    return answer([...new Set(found.map((each) => each[by]))]);
  }

  private wanted(caller: Caller, ref: Record<string, unknown>, argument: string): Wanted {
    if (ref.type === 'ref/resource') {
      const template = TEMPLATES.find(({ uriTemplate }) => uriTemplate === ref.uri);
      const kind = template?.variables[argument];
      if (!kind) throw invalid('Take `ref.uri` from resources/templates/list, and a variable of it.');
      return { kind, by: 'id' };
    }
    if (ref.type !== 'ref/prompt') throw invalid('`ref.type` must be "ref/prompt" or "ref/resource".');
    const prompt = this.prompts.find(caller, String(ref.name));
    const found = prompt.arguments.find(({ name }) => name === argument);
    if (!found)
      throw invalid(`${prompt.name} takes ${prompt.arguments.map(({ name }) => name).join(', ') || 'no arguments'}.`);
    return { kind: found.kind, by: 'name' };
  }
}

/** Those whose names begin with the text before those that have it in them; ids count, too. */
function fitting(all: readonly Named[], text: string): Named[] {
  const typed = text.trim().toLowerCase();
  const rank = ({ id, name }: Named): number => {
    const lower = name.toLowerCase();
    if (id.startsWith(typed) || lower.startsWith(typed) || (lower.split(' / ').at(-1) ?? '').startsWith(typed))
      return 2;
    return lower.includes(typed) ? 1 : 0;
  };
  return all
    .map((each) => ({ each, score: rank(each) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ each }) => each);
}

const answer = (values: readonly string[]) => ({
  completion: { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST },
});

const invalid = (details: string) => new RpcError(CODES.params, 'Invalid params', details);
