import { getChatChannel, getDocPublic, GetFolder, GetGoal, GetList, GetTask, GetView, type AnswerOf, type Operation, type TargetKind } from '#libs/clickup';
import { type Looks } from './looks.js';
import { placeOfView } from './views.js';
import { type Where } from './where.js';

/** What an answer says of the object it is about. */
interface Told {
  kind: TargetKind;
  id: string;
  where: Where;
}

type Tell<O extends Operation> = (answer: AnswerOf<O>, looks: Looks) => Told | Promise<Told>;
const tells = <O extends Operation>(row: O, tell: Tell<O>): [Operation, Tell<never>] => [row, tell];

/** The reads that answer one object by its id, with where it lies: who sends one of them need not look first. */
export const TOLD: ReadonlyMap<Operation, Tell<never>> = new Map([
  tells(GetTask, ({ id, team_id: workspace, space }) => ({ kind: 'task', id, where: { workspace, space: space?.id } })),
  tells(GetList, ({ id, space }) => ({ kind: 'list', id, where: { space: space?.id, list: id } })),
  tells(GetFolder, ({ id, space }) => ({ kind: 'folder', id, where: { space: space?.id, folder: id } })),
  tells(GetView, async ({ view }, looks) => ({ kind: 'view', id: view.id, where: await placeOfView(view, looks) })),
  tells(GetGoal, ({ goal }) => ({ kind: 'goal', id: goal.id, where: { workspace: goal.team_id } })),
  tells(getDocPublic, ({ id, workspace_id }) => ({ kind: 'doc', id, where: { workspace: String(workspace_id) } })),
  tells(getChatChannel, ({ data }) => ({ kind: 'channel', id: data.id, where: { workspace: data.workspace_id } })),
]);
