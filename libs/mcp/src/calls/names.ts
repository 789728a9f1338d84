import {
  type Directory,
  DirectoryCache,
  GetAuthorizedTeams,
  GetGoals,
  GetSpaces,
  type Operation,
  type Place,
  searchDocsPublic,
} from '#libs/clickup';
import { type Caller, ClickUpClients } from '#libs/connections';
import { AppError, CONFIG, type Config, isObject } from '#libs/core';
import { permits, questionOf } from '#libs/permissions';
import { oneLine, visibleText } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { Dispatch } from './dispatch.js';
import { ToolLists } from './tool-lists.js';
import { type TransportContext } from './transport-context.js';

/** What can be named in a URI of a resource or an argument of a prompt. */
export type NamedKind = 'workspace' | 'space' | 'list' | 'task' | 'doc' | 'goal' | 'person';

/** Something by id, and by the name that people know it under: a path for places. */
export interface Named {
  id: string;
  name: string;
  /** Of a List: the Space that it lies in. */
  space?: string;
}

/** What lists them: a caller that is not granted it is told no names. Tasks are found by a tool. */
const LISTED_BY: Readonly<Record<Exclude<NamedKind, 'task'>, Operation>> = {
  workspace: GetAuthorizedTeams,
  space: GetSpaces,
  list: GetSpaces,
  doc: searchDocsPublic,
  goal: GetGoals,
  person: GetAuthorizedTeams,
};
/** A task is looked for by so many characters or more. */
const TASK_TEXT = 2;

const shown = (name: string): string => oneLine(visibleText(name));

/** What a caller can name, as it sees the Workspace: for lists of resources and for completions. */
@Injectable()
export class Names {
  constructor(
    private readonly lists: ToolLists,
    private readonly dispatch: Dispatch,
    private readonly connections: ClickUpClients,
    private readonly directories: DirectoryCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The directory as this caller sees it. */
  directory(caller: Caller, { signal }: TransportContext): Directory {
    const { policies } = this.lists.of(caller.policies);
    const deadline = performance.now() + this.config.CALL_TIMEOUT_MS;
    const client = this.connections.client(
      caller,
      { signal, deadline, priority: 'interactive', coalesced: true },
      policies,
    );
    return this.directories.directory(client, caller.workspaceId, signal);
  }

  /**
   * All of a kind; of tasks those whose names have the words of `typed`.
   * @returns nothing where the caller may not list them, or ClickUp does not let it
   */
  async all(kind: NamedKind, typed: string, caller: Caller, transport: TransportContext): Promise<Named[]> {
    if (kind === 'task') return this.tasks(typed, caller, transport);
    const { policies } = this.lists.of(caller.policies);
    if (!permits(policies, questionOf(LISTED_BY[kind])).allowed) return [];
    try {
      return (await listed(kind, this.directory(caller, transport))).map((each) => ({
        ...each,
        name: shown(each.name),
      }));
    } catch (thrown) {
      // What a plan or a role keeps back is no reason to show nothing else.
      if (thrown instanceof AppError && NOT_FOR_THEM.includes(thrown.code)) return [];
      throw thrown;
    }
  }

  private async tasks(typed: string, caller: Caller, transport: TransportContext): Promise<Named[]> {
    const text = typed.trim();
    if (text.length < TASK_TEXT || !this.lists.of(caller.policies).tools.has('find_tasks')) return [];
    const { result } = await this.dispatch.call(caller, { name: 'find_tasks', arguments: { text } }, transport);
    const { columns, rows } = result.structuredContent ?? {};
    if (!Array.isArray(columns) || !Array.isArray(rows)) return [];
    const at = (...names: string[]) => names.map((name) => columns.indexOf(name)).find((index) => index >= 0) ?? -1;
    const [id, name] = [at('ref', 'id'), at('name')];
    return rows.map((row: unknown[]) => ({ id: String(row[id]), name: shown(String(row[name])) }));
  }
}

const NOT_FOR_THEM: readonly string[] = ['clickup_forbidden', 'clickup_not_found', 'forbidden'];

async function listed(kind: Exclude<NamedKind, 'task'>, directory: Directory): Promise<Named[]> {
  switch (kind) {
    case 'workspace': {
      const { id, name } = await directory.workspace();
      return [{ id, name }];
    }
    case 'space':
      return (await directory.tree()).map(({ id, path }) => ({ id, name: path }));
    case 'list':
      return (await directory.tree()).flatMap((space) => listsIn(space, space.id));
    case 'person':
      return (await directory.people()).map(({ id, username, email }) => ({ id: String(id), name: username || email }));
    default:
      return (await directory.objects(kind)).map(({ id, name }) => ({ id, name }));
  }
}

const listsIn = ({ kind, id, path, children }: Place, space: string): Named[] =>
  kind === 'list' ? [{ id, name: path, space }] : children.flatMap((child) => listsIn(child, space));

/** Whether something is an object with texts as values, as the arguments of prompts and completions are. */
export const isTexts = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string');
