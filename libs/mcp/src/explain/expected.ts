import { type ClickUpClient, type Operation } from '#libs/clickup';
import { AppError, isRead } from '#libs/core';
import { permits, type Policies, questionOf } from '#libs/permissions';
import { type Tool } from '#libs/tools';
import { type JudgedRequest } from './explanation.js';
import { NotSent } from './not-sent.js';
import { type Rehearsal, whyRefused } from './rehearsal.js';

type How = Pick<JudgedRequest, 'decision' | 'layer' | 'reason'>;

const UNTOLD: How = { decision: 'unknown', reason: 'it is not known what it would touch' };

/**
 * What a tool may send that its rehearsal did not come to: judged on the objects that were named so far.
 * @param client of the rehearsal
 */
export function expectedOf(
  { covers, verb }: Tool,
  policies: Policies,
  { judged, path }: Pick<Rehearsal, 'judged' | 'path'>,
  client: ClickUpClient,
): Promise<JudgedRequest[]> {
  const seen = new Set(judged.map(({ operation }) => operation));
  const others = covers.filter((row) => !seen.has(row.id) && isRead(row.verb) === isRead(verb));
  return Promise.all(
    others.map(async (row) => ({
      operation: row.id,
      effect: row.verb,
      objects: [],
      ...(await judgedOn(row, policies, path, client)),
    })),
  );
}

async function judgedOn(
  row: Operation,
  policies: Policies,
  named: ReadonlyMap<string, string>,
  client: ClickUpClient,
): Promise<How> {
  const decision = permits(policies, questionOf(row));
  if (!decision.allowed) return { decision: 'refused', layer: decision.layer, reason: decision.reason };
  const names = [...(row.path as string).matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  // Reads are judged by what they show, so before their answer little is known.
  if (isRead(row.verb) || !names.every((name) => named.has(name))) return UNTOLD;
  const path = Object.fromEntries(names.map((name) => [name, named.get(name)]));
  try {
    await client.judge(row, [{ path, ...(row.body !== undefined && { body: {} }) } as never]);
    return { decision: 'allowed' };
  } catch (thrown) {
    if (thrown instanceof NotSent) return { decision: 'unknown', reason: thrown.unknown };
    const error = AppError.of(thrown);
    return error.code === 'invalid_parameters' ? UNTOLD : { decision: 'refused', ...whyRefused(error) };
  }
}
