import { RIGHTS, type RightName, ROLES } from './rights.js';
import { ROUTES } from './routes.js';

const mark = (right: (typeof RIGHTS)[RightName], role: (typeof ROLES)[number]): string =>
  right.whole.includes(role) ? 'all' : right.own.includes(role) ? 'own' : '–';

/** docs/rights.md */
export function renderRights(): string {
  const rights = Object.entries(RIGHTS) as [RightName, (typeof RIGHTS)[RightName]][];
  const routes = Object.entries(ROUTES).filter(([, { needs }]) => needs);
  return [
    '# Who may administer what',
    '',
    'Which role may do what, over REST and in the console. Generated from `libs/web/src/rights.ts` and `routes.ts` by `npm run docs`. What the roles are, and how one asks: [admin.md](admin.md).',
    '',
    '`all`: everything in the Workspace. `own`: one’s own things; those of others are not there. `–`: refused.',
    '',
    `| right | ${ROLES.join(' | ')} |`,
    `|---|${ROLES.map(() => '---|').join('')}`,
    ...rights.map(([name, right]) => `| \`${name}\` | ${ROLES.map((role) => mark(right, role)).join(' | ')} |`),
    '',
    '| route | right |',
    '|---|---|',
    ...routes.map(([route, { needs }]) => `| \`${route}\` | \`${needs}\` |`),
    '',
  ].join('\n');
}
