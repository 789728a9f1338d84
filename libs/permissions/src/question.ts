import { type Operation } from '#libs/clickup';
import { type Question } from './policy.js';
import { isWorkspaceWide } from './workspace-wide.js';

const questions = new WeakMap<Operation, Question>();

/** What a row of the operation table asks of a policy; made once. */
export function questionOf(row: Operation): Question {
  let question = questions.get(row);
  if (!question) {
    const { verb, risk, toolset, id } = row;
    questions.set(
      row,
      (question = Object.freeze({ verb, risk, toolset, operation: id, workspaceWide: isWorkspaceWide(row) })),
    );
  }
  return question;
}
