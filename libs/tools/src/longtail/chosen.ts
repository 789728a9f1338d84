import { type Operation, OPERATIONS, operationById } from '#libs/clickup';
import { AppError, isRead } from '#libs/core';
import { nearlyEqual } from '../find/match.js';
import { type ToolContext } from '../tool/tool.js';
import { findOperations } from './retrieval.js';

const SUGGESTIONS = 5;

type Granted = Pick<ToolContext, 'permits' | 'tools'>;

function nearMisses(name: string, isGranted: (row: Operation) => boolean): string[] {
  const spelled = OPERATIONS.filter(
    ({ id }) => id.toLowerCase() === name.toLowerCase() || nearlyEqual(id.toLowerCase(), name.toLowerCase()),
  ).filter(isGranted);
  return (spelled.length ? spelled : findOperations(name, SUGGESTIONS, isGranted)).map(({ id }) => id);
}

const refusal = (message: string, candidates?: string[]) =>
  new AppError('invalid_parameters', message, { details: { parameter: 'operation', candidates } });

/**
 * The row with this operationId, to the letter, if it does what the tool is for and was granted.
 * @throws AppError `invalid_parameters` with similar ids, or with the tool that sends it; `forbidden` with the reason
 */
export function chosen(name: string, reads: boolean, context: Granted): Operation {
  const row = operationById(name);
  if (!row) {
    const tool = context.tools.find((each) => each.tool.name === name)?.tool;
    if (tool)
      throw refusal(
        isRead(tool.verb) === reads
          ? `operation: ${name} is a tool of its own: call it by its name.`
          : `operation: ${name} ${reads ? 'changes ClickUp' : 'only reads'}: call it with ${reads ? 'call_write_operation' : 'call_read_operation'}.`,
      );
    const candidates = nearMisses(name, (each) => context.permits(each).allowed);
    throw refusal(
      `operation: there is no operation or tool of this name. ${candidates.length ? `Similar: ${candidates.join(', ')}.` : 'search_operations finds them by plain words.'}`,
      candidates,
    );
  }
  if (isRead(row.verb) === reads) {
    const decision = context.permits(row);
    if (decision.allowed) return row;
    throw new AppError('forbidden', `Not allowed: ${decision.reason}.`, {
      details: { operation: row.id, reason: decision.reason },
    });
  }
  throw refusal(
    reads
      ? `operation: ${row.id} changes ClickUp; this tool only reads: call_write_operation sends it, where writing is granted.`
      : `operation: ${row.id} only reads: send it with call_read_operation.`,
  );
}
