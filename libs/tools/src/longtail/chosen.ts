import { type Operation, OPERATIONS, operationById } from '#libs/clickup';
import { AppError, isRead } from '#libs/core';
import { nearlyEqual } from '../match.js';
import { findOperations } from './retrieval.js';

const SUGGESTIONS = 5;

function nearMisses(name: string): string[] {
  const spelled = OPERATIONS.filter(({ id }) => id.toLowerCase() === name.toLowerCase() || nearlyEqual(id.toLowerCase(), name.toLowerCase()));
  return (spelled.length ? spelled : findOperations(name, SUGGESTIONS)).map(({ id }) => id);
}

const refusal = (message: string, candidates?: string[]) => new AppError('invalid_parameters', message, { details: { parameter: 'operation', candidates } });

/**
 * The row with this operationId, to the letter, if it does what the tool is for.
 * @throws AppError `invalid_parameters` with similar ids, or with the tool that sends it
 */
export function chosen(name: string, reads: boolean): Operation {
  const row = operationById(name);
  if (!row) {
    const candidates = nearMisses(name);
    throw refusal(`operation: ClickUp has no operation of this id. ${candidates.length ? `Similar: ${candidates.join(', ')}.` : 'search_operations finds them.'}`, candidates);
  }
  if (isRead(row.verb) === reads) return row;
  throw refusal(reads ? `operation: ${row.id} changes ClickUp; this tool only reads.` : `operation: ${row.id} only reads: send it with call_read_operation.`);
}
