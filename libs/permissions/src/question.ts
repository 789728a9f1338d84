import { type Operation } from '#libs/clickup';
import { type Question } from './policy.js';
import { isWorkspaceWide } from './workspace-wide.js';

const questions = new WeakMap<Operation, Question>();

/** The question that a row of the operation table puts to a policy; made once for each row. */
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
