import { readFileSync } from 'node:fs';
import { type FiledPolicies } from '#libs/connections';
import { type Config, ConfigError } from '#libs/core';
import { unknownNames } from '#libs/mcp';
import { type Policy, workspacePolicy, WRITTEN_POLICY } from '#libs/permissions';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** A Workspace id, or `*` for every one that is not named. */
const WORKSPACE = /^(\d{1,20}|\*)$/;

/**
 * The policies of POLICY_FILE, by Workspace id; none when the key is not set.
 * @throws ConfigError with every mistake and its line
 */
export function readPolicyFile({ POLICY_FILE: file }: Pick<Config, 'POLICY_FILE'>): FiledPolicies {
  if (file === undefined) return new Map();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([`POLICY_FILE: cannot read ${file}: ${(cause as Error).message}`]);
  }
  return policiesIn(text);
}

/** @throws ConfigError */
export function policiesIn(text: string): FiledPolicies {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `POLICY_FILE, line ${lines.linePos(offset).line}`;
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map(({ pos: [offset], message }) => `${at(offset)}: ${message}`));
  const { contents } = document;
  if (contents !== null && !isMap(contents))
    throw new ConfigError(['POLICY_FILE: must map ids of Workspaces, or "*", to policies']);
  const policies = new Map<string, Policy>();
  const problems: string[] = [];
  for (const { key } of contents?.items ?? []) {
    const written = isScalar(key) ? (key.source ?? String(key.value)) : '';
    const path = [isScalar(key) ? key.value : key];
    const place = (inside: readonly PropertyKey[]) => at(offsetOf(document, [...path, ...inside]));
    if (!WORKSPACE.test(written)) {
      problems.push(
        `${at(isScalar(key) ? (key.range?.[0] ?? 0) : 0)}: ${JSON.stringify(written)} is no id of a Workspace: write its digits, or "*"`,
      );
      continue;
    }
    const node = document.getIn(path, true) as { toJSON?: () => unknown } | undefined;
    const parsed = WRITTEN_POLICY.safeParse(node?.toJSON?.() ?? {});
    if (!parsed.success) {
      for (const { path: inside, message } of parsed.error.issues)
        problems.push(`${place(inside)}: ${[written, ...inside.map(String)].join('.')}: ${message}`);
      continue;
    }
    const policy = workspacePolicy(parsed.data);
    for (const { field, problem } of unknownNames(policy))
      problems.push(`${place([field])}: ${written}.${field}: ${problem}`);
    policies.set(written, Object.freeze({ ...policy, layer: 'workspace' }));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return policies;
}

/** Where a value is written; of what is not there, where it is missing. */
function offsetOf(document: Document.Parsed, path: readonly unknown[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}
