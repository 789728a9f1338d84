import {
  type AnswerOf,
  getChatChannel,
  getDocPublic,
  GetFolder,
  GetGoal,
  GetList,
  GetTask,
  type Operation,
} from '#libs/clickup';
import { type Located } from '../located.js';

type Tell<O extends Operation> = (answer: AnswerOf<O>) => Located;
const tells = <O extends Operation>(row: O, tell: Tell<O>): [Operation, Tell<never>] => [row, tell];

/** Reads of one object whose answer says where it lies: the answer is checked then, which saves the request that would locate the object first. */
export const SELF_LOCATING: ReadonlyMap<Operation, Tell<never>> = new Map([
  tells(GetTask, ({ id, team_id: workspace, space }) => ({ kind: 'task', id, workspace, space: space?.id })),
  tells(GetList, ({ id, space }) => ({ kind: 'list', id, space: space?.id, list: id })),
  tells(GetFolder, ({ id, space }) => ({ kind: 'folder', id, space: space?.id, folder: id })),
  tells(GetGoal, ({ goal }) => ({ kind: 'goal', id: goal.id, workspace: goal.team_id })),
  tells(getDocPublic, ({ id, workspace_id }) => ({ kind: 'doc', id, workspace: String(workspace_id) })),
  tells(getChatChannel, ({ data }) => ({ kind: 'channel', id: data.id, workspace: data.workspace_id })),
]);
