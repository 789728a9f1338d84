import { type Handler } from '../call.js';
import { numberField, objectIn, textField, textsIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { type AuditEvent, partOf } from '../world/audit-log.js';

const PAGE = 25;
const MOST = 1000;

/** Newest first, `pageRows` of them before (or after) `pageTimestamp`, which itself is not among them. */
export const queryAuditLog: Handler = ({ world, access, path, body }) => {
  const workspace = access.workspace(path.workspace_id);
  if (workspace.plan.name !== 'Enterprise') throw refuse.notEnterprise();
  if (access.role(workspace) !== 1) throw refuse.notOwner();
  const page = objectIn(body.pagination) ?? {};
  const rows = Math.min(MOST, Math.max(1, numberField(page, 'pageRows') ?? PAGE));
  const at = numberField(page, 'pageTimestamp');
  const part = textField(body, 'applicability');
  const wanted = matches(objectIn(body.filter) ?? {});
  const found = world.people.audit.events
    .filter((event) => event.workspace === workspace && (!part || partOf(event) === part) && wanted(event))
    .sort((a, b) => b.at - a.at);
  const after = page.pageDirection === 'after';
  const side = at == null ? found : found.filter((event) => (after ? event.at > at : event.at < at));
  return { data: (after ? side.slice(-rows) : side.slice(0, rows)).map(eventWire) };
};

/** Every criterion that is sent holds; several values of one are alternatives. */
function matches(filter: Readonly<Record<string, unknown>>): (event: AuditEvent) => boolean {
  const one = (name: string) => (typeof filter[name] === 'string' ? [filter[name]] : textsIn(filter[name]));
  const among = (name: string) => {
    const values = one(name);
    return (value: string) => values.length === 0 || values.includes(value);
  };
  const [workspace, user, email, type, status] = ['workspaceId', 'userId', 'userEmail', 'eventType', 'eventStatus'].map(
    among,
  ) as [Test, Test, Test, Test, Test];
  const from = numberField(filter, 'startTime') ?? -Infinity;
  const to = numberField(filter, 'endTime') ?? Infinity;
  return (event) =>
    workspace(event.workspace.id) &&
    user(String(event.user.id)) &&
    email(event.user.email) &&
    type(event.type) &&
    status(event.status) &&
    event.at >= from &&
    event.at <= to;
}
type Test = (value: string) => boolean;

const eventWire = ({ id, workspace, user, type, status, at, details }: AuditEvent) => ({
  id,
  workspaceId: workspace.id,
  userId: String(user.id),
  userEmail: user.email,
  eventType: type,
  eventStatus: status,
  timestamp: at,
  details,
});
