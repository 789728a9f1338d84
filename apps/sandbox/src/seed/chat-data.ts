interface More {
  replies?: readonly (readonly [first: string, content: string])[];
  /** Emoji, and who gave it. */
  reactions?: Readonly<Record<string, readonly string[]>>;
  post?: { title: string; subtype: string };
  assignee?: string;
}

/** Who, what, how many hours ago. `@Sarah` becomes a mention. */
type Line = readonly [first: string, content: string, hours: number, more?: More];

/** By channel, oldest first; the last week. */
export const CONVERSATIONS: Readonly<Record<string, readonly Line[]>> = {
  general: [
    [
      'Anna',
      'Welcome @Rosa and @Liam, who start in Support and Engineering today!',
      160,
      { reactions: { wave: ['David', 'Sarah', 'Priya', 'Tom'], tada: ['Sarah'] } },
    ],
    [
      'Priya',
      'Q4 goals are final. **Reduce churn** comes first; see the goal for the numbers.',
      140,
      {
        post: { title: 'Q4 goals', subtype: 'Announcement' },
        reactions: { rocket: ['Anna', 'Sarah'], thumbsup: ['Tom'] },
        replies: [
          ['Sarah', 'Where do I find the churn numbers by plan?'],
          ['Priya', 'In the Churn List of Support, @Sarah.'],
        ],
      },
    ],
    ['Tom', 'The office is closed next Monday.', 90],
    [
      'David',
      'Release 4.2 is out. Thanks to everybody who stayed late.',
      45,
      { reactions: { tada: ['Anna', 'Priya', 'Tom', 'Yuki'], heart: ['Sarah'] } },
    ],
    [
      'Sarah',
      'Who can show the new export to customers on Thursday? @Marcus or @Elena?',
      20,
      {
        replies: [
          ['Elena', 'I can.'],
          ['Marcus', 'Me too, if it is before noon.'],
        ],
      },
    ],
  ],
  engineering: [
    [
      'David',
      'The export worker leaks memory again: 2.1 GB after six hours. @Sarah, can you look?',
      60,
      {
        assignee: 'Sarah',
        replies: [
          ['Sarah', 'On it. It is the `csv-stream` upgrade, I think.'],
          ['David', 'Roll it back if it is not fixed by noon.'],
          ['Sarah', 'Fixed on staging: https://app.clickup.com/t/ENG-123'],
        ],
        reactions: { eyes: ['Sarah', 'Priya'] },
      },
    ],
    [
      'Yuki',
      'Staging is down for the database migration until 15:00.',
      30,
      { reactions: { thumbsup: ['Tom', 'Carlos'] } },
    ],
    [
      'Priya',
      'Should we move the retry logic into the queue?\n\n1. one place\n2. fewer timeouts\n\nOpinions?',
      12,
      {
        post: { title: 'Retries in the queue', subtype: 'Discussion' },
        replies: [['Carlos', 'Yes, and with a budget.']],
      },
    ],
    ['Sarah', 'Sprint 42 review at 16:00, slides are in the Doc.', 3],
  ],
  bugs: [
    [
      'Grace',
      'Three customers cannot log in after the password reset.',
      26,
      { replies: [['Sarah', 'Same session as before; I am looking.']], reactions: { eyes: ['David'] } },
    ],
    ['Lukas', 'CSV export drops the last row when the file ends without a line break.', 8],
  ],
  website: [
    [
      'Gina',
      'The new landing page is ready for review.',
      28,
      { replies: [['Sarah', 'Looks great. The button could be larger.']] },
    ],
    ['Sarah', '@Gina, please send the icons as SVG.', 5],
  ],
  leadership: [
    ['Anna', 'Salary bands stay confidential until the board has seen them.', 70],
    ['David', 'Hiring plan: two more in Support, none in Marketing.', 22],
  ],
  random: [
    [
      'Tom',
      'There is cake in the kitchen.',
      33,
      { reactions: { cake: ['Anna', 'Sarah', 'Yuki', 'Carlos', 'Fatima'] } },
    ],
  ],
  annaSarah: [
    ['Anna', 'Do you have ten minutes for the churn numbers?', 50],
    ['Sarah', 'At 14:00?', 49.5],
    ['Anna', 'Perfect.', 49, { reactions: { thumbsup: ['Sarah'] } }],
  ],
  launch: [
    ['Anna', 'Launch on the 3rd or on the 10th?', 40, { replies: [['Priya', 'The 10th: the docs are not ready.']] }],
    ['David', 'The 10th.', 39],
  ],
  closed: [['Tom', 'Thanks for the book!', 150]],
  sarahTom: [['Sarah', 'Can you cover for me on Friday?', 18]],
};

export const SMALL_TALK = [
  'Deploy is done.',
  'Tests are green again.',
  'Can somebody review my pull request?',
  'The build takes 14 minutes now, we should cache the images.',
  'Flaky test of the day: `login.spec`.',
  'Who has the on-call phone?',
  'I am out this afternoon.',
  'The cache saved us 40 % of the queries.',
  'Please rebase before you merge.',
  'Error rate is back to normal.',
  'New runbook for the webhook queue is in the Docs.',
];
