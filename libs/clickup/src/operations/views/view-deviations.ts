import { type Deviation } from '../deviations.js';

const WRITES = ['CreateTeamView', 'CreateSpaceView', 'CreateFolderView', 'CreateListView', 'UpdateView'];

/** Properties of the objects in arrays that are typed as arrays of strings. */
const MEMBERS = { filters: ['field', 'op', 'values'], sorting: ['field', 'dir'], columns: ['field'] };
const MEMBERS_REASON =
  'Typed as text; the example beside the type has objects, as developer.clickup.com/docs/filter-views has.';
const DIVIDE_REASON =
  'Typed as null; a view that is divided has the field there, and an update must be able to send it back.';

const differences: readonly Omit<Deviation, 'operation'>[] = [
  ...Object.entries(MEMBERS).flatMap(([part, names]) => [
    { where: `body.${part}.fields[]`, ours: 'object', documented: 'string', reason: MEMBERS_REASON },
    ...names.map((name) => ({
      where: `body.${part}.fields[].${name}`,
      ours: 'present',
      documented: 'absent',
      reason: MEMBERS_REASON,
    })),
  ]),
  { where: 'body.divide.field', ours: 'null|string', documented: 'null', reason: DIVIDE_REASON },
  { where: 'body.divide.dir', ours: 'integer|null', documented: 'null', reason: DIVIDE_REASON },
];

/** The five writes share one body. */
export const VIEW_DEVIATIONS: readonly Deviation[] = WRITES.flatMap((operation) =>
  differences.map((difference) => ({ operation, ...difference })),
);
