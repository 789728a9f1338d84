import { type Caller } from '#libs/connections';
import { Injectable } from '@nestjs/common';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { isTexts } from '../calls/names.js';
import { ToolLists } from '../calls/tool-lists.js';
import { type Prompt, PROMPTS, quoted } from './prompts.js';

/** The prompts that a caller can use: those whose tools it is offered. */
@Injectable()
export class PromptLists {
  constructor(private readonly lists: ToolLists) {}

  /** @throws RpcError -32602 for a cursor: the list has one page */
  list(caller: Caller, cursor: string | undefined) {
    if (cursor !== undefined)
      throw new RpcError(CODES.params, 'Invalid cursor', 'prompts/list has a single page: call it without `cursor`.');
    return {
      prompts: this.offered(caller).map(({ name, title, description, arguments: args }) => ({
        name,
        title,
        description,
        arguments: args.map((argument) => ({
          name: argument.name,
          description: argument.description,
          required: argument.required ?? false,
        })),
      })),
    };
  }

  /** @throws RpcError -32602 for an unknown prompt, and for arguments that it does not take or lacks */
  get(caller: Caller, name: string, args: unknown = {}) {
    const prompt = this.find(caller, name);
    const given = filled(prompt, args);
    return {
      description: prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt.text(given) } }],
    };
  }

  find(caller: Caller, name: string): Prompt {
    const offered = this.offered(caller);
    const prompt = offered.find((each) => each.name === name);
    if (!prompt)
      throw new RpcError(
        CODES.params,
        'Unknown prompt',
        `There is ${offered.map((each) => each.name).join(', ') || 'none for this connection'}.`,
      );
    return prompt;
  }

  private offered(caller: Caller): readonly Prompt[] {
    const { tools } = this.lists.of(caller.policies);
    return PROMPTS.filter(({ needs }) => needs.every((name) => tools.has(name)));
  }
}

/** What was filled in; an empty text is none. */
function filled({ name, arguments: takes }: Prompt, args: unknown): Record<string, string | undefined> {
  const invalid = (details: string) => new RpcError(CODES.params, 'Invalid params', details);
  if (!isTexts(args)) throw invalid('`params.arguments` must be an object with texts as values.');
  const names = takes.map((argument) => argument.name);
  const unknown = Object.keys(args).find((key) => !names.includes(key));
  if (unknown !== undefined)
    throw invalid(`${name} takes ${names.join(', ') || 'no arguments'}, not ${quoted(unknown)}.`);
  const given = Object.entries(args).filter(([, value]) => value.trim() !== '');
  const missing = takes.find((argument) => argument.required && !given.some(([key]) => key === argument.name));
  if (missing) throw invalid(`${name} needs ${missing.name}: ${missing.description}.`);
  return Object.fromEntries(given.map(([key, value]) => [key, quoted(value)]));
}
