/** Pages as they are written, those below each with it. */
export interface PageSeed {
  name: string;
  subTitle?: string;
  content: string;
  pages?: readonly PageSeed[];
}

export interface DocSeed {
  name: string;
  /** Index into PEOPLE. */
  creator: number;
  /** The Space or List that it lies in; without either it lies in the Workspace. */
  space?: string;
  list?: string;
  private?: true;
  archived?: true;
  deleted?: true;
  pages: readonly PageSeed[];
}

/** The Doc that a model is asked to break into tasks. It stays the first one, because ids follow the order. */
export const ARCHITECTURE: DocSeed = {
  name: 'Q4 Architecture',
  creator: 0,
  space: 'Engineering',
  pages: [
    {
      name: 'Overview',
      subTitle: 'What we change in Q4, and why',
      content:
        '# Q4 Architecture\n\nThe export worker and the session store are the two parts that wake people up at night. In Q4 we take both apart.\n\n## Goals\n\n- **p95 below 300 ms** for every read in the API\n- no shared mutable state between workers\n- one deploy per service, not one for all\n\n## Out of scope\n\n- a second region\n- rewriting the mobile client',
    },
    {
      name: 'Services',
      content: 'Three services change. Each has an owner and its own page below.',
      pages: [
        {
          name: 'Event bus',
          content:
            '## Decision\n\nWe replace the polling of `events` with a bus. Delivery is at least once; consumers are idempotent.\n\n## Work\n\n1. Choose the broker and write down the reasons (David, 2 days)\n2. Publish task and comment events from the API (Priya, 5 days)\n3. Move the notification worker to the bus (Tom, 3 days)\n4. Remove the polling job and its table (Tom, 1 day)\n\n## Risks\n\n- duplicate deliveries while both paths run',
        },
        {
          name: 'Session store',
          content:
            '## Decision\n\nSessions leave the main database.\n\n## Work\n\n1. Add a session service with its own database (Priya, 5 days)\n2. Write to both stores for two weeks (Priya, 2 days)\n3. Read from the new store only (David, 1 day)\n4. Drop `legacy_sessions` (David, 1 day)\n\n## Open questions\n\n- [ ] How long do we keep revoked sessions?',
          pages: [
            {
              name: 'Rollback plan',
              content:
                '- Keep the old table for 30 days\n- A feature flag switches reads back within a minute\n- Alert when both stores differ by more than 10 rows',
            },
          ],
        },
        {
          name: 'Export worker',
          content:
            '## Decision\n\nExports are streamed, page by page.\n\n## Work\n\n1. Stream pages instead of collecting them (Anna, 3 days)\n2. Cap memory at 256 MB per worker (Anna, 1 day)\n3. Load test with 2 million rows (Tom, 2 days)',
        },
      ],
    },
    {
      name: 'Milestones',
      content:
        '| Milestone | Date | Owner |\n| --- | --- | --- |\n| Event bus in production | week 4 | Priya |\n| Session service reads | week 8 | David |\n| Streaming exports | week 10 | Anna |\n| Old paths removed | week 12 | Tom |',
    },
  ],
};

const one = (name: string, content: string): PageSeed[] => [{ name, content }];

/** Appended only: ids follow the order. */
export const DOCS: readonly DocSeed[] = [
  {
    name: 'Onboarding',
    creator: 1,
    pages: [
      {
        name: 'First week',
        content: '- Get your laptop from IT\n- Read **How we work**\n- Ship something small by Friday',
        pages: [{ name: 'Accounts', content: '1. Mail\n2. ClickUp\n3. VPN' }],
      },
      { name: 'How we work', content: 'We write things down.' },
    ],
  },
  {
    name: 'API guidelines',
    creator: 1,
    space: 'Engineering',
    pages: one('Rules', '- Ids are strings\n- Dates are Unix milliseconds\n- Errors carry a code'),
  },
  {
    name: 'Sprint 42 retrospective',
    creator: 2,
    list: 'Engineering/Backend/Sprint 42',
    pages: one('Notes', '## Went well\n\n- Pairing\n\n## To improve\n\n- Smaller tasks\n- Fewer meetings'),
  },
  {
    name: 'Product roadmap',
    creator: 5,
    space: 'Product',
    pages: one('This year', '1. Onboarding\n2. Reports\n3. Guest access'),
  },
  {
    name: 'Customer feedback',
    creator: 5,
    list: 'Product/Feedback',
    pages: one('Quotes', '> Bulk edit would save us an hour a day.'),
  },
  { name: 'Brand voice', creator: 12, space: 'Marketing', pages: one('Tone', 'Plain, friendly, short.') },
  {
    name: 'Q4 launch plan',
    creator: 12,
    space: 'Marketing',
    pages: one('Plan', '- Announcement on the blog\n- Webinar in week 3\n- Press kit'),
  },
  {
    name: 'Escalation runbook',
    creator: 20,
    space: 'Support',
    pages: one('Steps', '1. Reproduce\n2. Page the engineer on call\n3. Tell the customer within 30 minutes'),
  },
  {
    name: 'Travel policy',
    creator: 16,
    space: 'Operations',
    pages: one('Policy', 'Book economy. Ask before anything above 1,000.'),
  },
  { name: 'Board deck', creator: 0, space: 'Leadership', pages: one('Draft', 'Churn, hiring, runway.') },
  { name: 'Salary bands', creator: 0, private: true, pages: one('Bands', 'Confidential.') },
  { name: 'Old wiki', creator: 1, archived: true, pages: one('Home', 'Moved.') },
  { name: 'Scratch', creator: 2, deleted: true, pages: one('Scratch', 'x') },
];
