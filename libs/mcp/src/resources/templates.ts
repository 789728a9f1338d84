import { type NamedKind } from '../calls/names.js';

/** The variables of a URI, by name. */
export type Variables = Readonly<Record<string, string>>;

/** A tool that is called for a resource. */
export interface Reading {
  tool: string;
  arguments(variables: Variables): Record<string, unknown>;
  /** What stands before its text, where it is not the first. */
  heading?: string;
  /** What of the structured answer is its text, where the whole is made for programs. */
  text?(answer: Readonly<Record<string, unknown>>): string;
  /** Not everybody is offered it; the resource is there without it. */
  optional?: true;
}

/** Something of ClickUp that can be read by its URI. */
export interface Template {
  name: string;
  title: string;
  description: string;
  uriTemplate: string;
  /** What each variable stands for. */
  variables: Readonly<Record<string, NamedKind>>;
  /** The tools that are called to read it, so that their policy, limits and records hold for it, too. */
  readings: readonly [Reading, ...Reading[]];
}

const WORKSPACE = 'clickup://workspace/{workspace_id}';

/** Every kind of resource. */
export const TEMPLATES: readonly Template[] = [
  {
    name: 'hierarchy',
    title: 'Hierarchy',
    description: 'All Spaces, Folders and Lists of the Workspace with their ids.',
    uriTemplate: `${WORKSPACE}/hierarchy`,
    variables: { workspace_id: 'workspace' },
    readings: [{ tool: 'get_workspace_hierarchy', arguments: ({ workspace_id }) => ({ team_id: workspace_id }) }],
  },
  {
    name: 'list',
    title: 'List',
    description: 'A List: what it is and allows, and its open tasks.',
    uriTemplate: `${WORKSPACE}/space/{space_id}/list/{list_id}`,
    variables: { workspace_id: 'workspace', space_id: 'space', list_id: 'list' },
    readings: [
      { tool: 'get_list', arguments: ({ list_id }) => ({ list_id }) },
      {
        tool: 'find_tasks',
        arguments: ({ list_id }) => ({ within: [list_id] }),
        heading: 'Open tasks:',
        optional: true,
      },
    ],
  },
  {
    name: 'task',
    title: 'Task',
    description: 'A task with its description.',
    uriTemplate: `${WORKSPACE}/task/{task_id}`,
    variables: { workspace_id: 'workspace', task_id: 'task' },
    readings: [{ tool: 'get_task', arguments: ({ task_id }) => ({ task_id }) }],
  },
  {
    name: 'doc',
    title: 'Doc',
    description: 'A Doc with its pages as Markdown.',
    uriTemplate: `${WORKSPACE}/doc/{doc_id}`,
    variables: { workspace_id: 'workspace', doc_id: 'doc' },
    readings: [
      {
        tool: 'fetch',
        arguments: ({ doc_id }) => ({ id: `doc:${doc_id}` }),
        text: ({ title, text }) => `# ${String(title)}\n\n${String(text)}`,
      },
    ],
  },
];

const PATTERNS = TEMPLATES.map((template) => ({
  template,
  pattern: new RegExp(`^${template.uriTemplate.replace(/\{(\w+)\}/g, '(?<$1>[\\w-]{1,64})')}$`),
}));

/** The template that a URI fills, and with what. */
export function matching(uri: string): { template: Template; variables: Variables } | undefined {
  for (const { template, pattern } of PATTERNS) {
    const groups = pattern.exec(uri)?.groups;
    if (groups) return { template, variables: { ...groups } };
  }
  return undefined;
}

/** The URI of a resource. */
export const uriOf = (name: string, variables: Variables): string =>
  TEMPLATES.find((template) => template.name === name)!.uriTemplate.replace(
    /\{(\w+)\}/g,
    (_, key: string) => variables[key] ?? '',
  );
