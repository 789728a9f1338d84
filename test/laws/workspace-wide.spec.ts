import { OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { permits, type Policy, questionOf } from '#libs/permissions';

/** Of these toolsets nothing lies in a place, or it may hold or reach anything: no place that is granted grants it. */
const BEYOND: ReadonlySet<string> = new Set([
  'audit',
  'auth',
  'chat',
  'goals',
  'groups',
  'guests',
  'sharing',
  'tags',
  'templates',
  'users',
  'webhooks',
]);
/** What else reaches beyond the place that it names, or names none. */
const ALSO: Readonly<Record<string, string>> = {
  CreateSpace: 'what it makes lies in no place that could have been granted',
  DeleteSpace: 'it takes a place away from everybody',
  CreateTeamView: 'what it makes lies in no place',
  CreateChatViewComment: 'chat belongs to the Workspace, wherever its view hangs',
  Changetagnamesfromtimeentries: 'it renames a tag on all time entries',
};

/** Writing was granted in some place of each kind; what is asked here is answered before anybody looks where something lies. */
const SOMEWHERE: Policy = { mode: 'selective', write: { spaces: ['1'], folders: ['2'], lists: ['3'] } };

test.each(OPERATIONS.filter(({ verb }) => !isRead(verb)).map((row) => [row.id, row] as const))(
  '%s is granted with a place, if it stays in places',
  (id, row) => {
    const beyond = BEYOND.has(row.toolset) || id in ALSO;
    expect(permits([SOMEWHERE], questionOf(row))).toEqual(
      beyond ? { allowed: false, reason: expect.stringContaining('beyond the places') } : { allowed: true },
    );
  },
);
