import { type Role, type Status } from '../world/types.js';

/** First name, last name, role where it is not member. `tokens.ts` has tokens of the first three and the guest; Globex has another Sarah. */
export const PEOPLE: readonly (readonly [string, string, Role?])[] = [
  ['Anna', 'Fischer', 1],
  ['David', 'Miller', 2],
  ['Sarah', 'Chen'],
  ['Priya', 'Nair', 2],
  ['Tom', 'Baker'],
  ['Elena', 'Petrova'],
  ['Marcus', 'Johnson'],
  ['Yuki', 'Tanaka'],
  ['Carlos', 'Mendes'],
  ['Fatima', 'Hassan'],
  ['Lukas', 'Weber'],
  ['Grace', 'Okafor'],
  ['Noah', 'Williams'],
  ['Mia', 'Rossi'],
  ['Omar', 'Farouk'],
  ['Julia', 'Novak'],
  ['Ben', 'Carter'],
  ['Sofia', 'Garcia'],
  ['Hugo', 'Martin'],
  ['Ines', 'Dupont'],
  ['Alex', 'Morgan'],
  ['Alex', 'Schmidt'],
  ['Nina', 'Larsen'],
  ['Peter', 'Kovacs'],
  ['Rosa', 'Delgado'],
  ['Liam', 'Murphy'],
  ['Chloe', 'Bennett'],
  ['Ivan', 'Horvat'],
  ['Aisha', 'Khan'],
  ['Erik', 'Svensson'],
  ['Laura', 'Moretti'],
  ['Daniel', 'Kim'],
  ['Emma', 'Wright'],
  ['Victor', 'Lopez'],
  ['Hanna', 'Virtanen'],
  ['Paul', 'Becker'],
  ['Zoe', 'Turner'],
  ['Raj', 'Patel'],
  ['Olga', 'Ivanova'],
  ['Gina', 'Hart', 4],
];

/** Time zones of people, in turn; the first is the owner's. */
export const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Europe/London',
  'Asia/Tokyo',
  'Pacific/Auckland',
  'UTC',
];
export const COLORS = ['#7b68ee', '#e50000', '#2ecd6f', '#ff7800', '#0231e8', '#d60800', '#1bbc9c', '#827718'];

type StatusSeed = readonly [name: string, color: string, type: Status['type']];
const PLAIN: readonly StatusSeed[] = [
  ['to do', '#87909e', 'open'],
  ['in progress', '#5f55ee', 'custom'],
  ['complete', '#008844', 'closed'],
];
const DEVELOPMENT: readonly StatusSeed[] = [
  ['to do', '#87909e', 'open'],
  ['in progress', '#5f55ee', 'custom'],
  ['in review', '#f8ae00', 'custom'],
  ['blocked', '#d33d44', 'custom'],
  ['complete', '#008844', 'closed'],
];
const DESK: readonly StatusSeed[] = [
  ['Open', '#87909e', 'open'],
  ['Pending', '#f8ae00', 'custom'],
  ['Solved', '#4466ff', 'done'],
  ['Closed', '#008844', 'closed'],
];
/** Lists with statuses of their own, by path. */
export const OWN_STATUSES: Readonly<Record<string, readonly StatusSeed[]>> = {
  'Engineering/Incoming Bugs': [
    ['new', '#87909e', 'open'],
    ['triaged', '#5f55ee', 'custom'],
    ['fixed', '#4466ff', 'done'],
    ['closed', '#008844', 'closed'],
  ],
  'Marketing/Content/Blog': [
    ['idea', '#87909e', 'open'],
    ['drafting', '#5f55ee', 'custom'],
    ['published', '#008844', 'closed'],
  ],
};

export interface SpaceSeed {
  name: string;
  id: string;
  prefix?: string;
  private?: true;
  /** Share of the tasks. */
  weight: number;
  statuses: readonly StatusSeed[];
  tags: readonly string[];
  /** Verbs and things that make task names. */
  words: readonly [verbs: readonly string[], things: readonly string[]];
  folders: Readonly<Record<string, readonly string[]>>;
  /** Lists outside of Folders. */
  lists: readonly string[];
}

export const SPACES: readonly SpaceSeed[] = [
  {
    name: 'Engineering',
    id: '90140201',
    prefix: 'ENG',
    weight: 36,
    statuses: DEVELOPMENT,
    tags: ['backend', 'frontend', 'bug', 'performance', 'security', 'tech-debt'],
    words: [
      ['Fix', 'Refactor', 'Add', 'Remove', 'Speed up', 'Document', 'Test', 'Upgrade'],
      [
        'retry logic',
        'search index',
        'login page',
        'webhook queue',
        'audit log',
        'session store',
        'CSV export',
        'date picker',
        'feature flags',
        'health checks',
        'image cache',
        'rate limiter',
        'invoice parser',
        'dark mode',
      ],
    ],
    folders: {
      Backend: ['Sprint 42', 'Sprint 41', 'API', 'Database Migrations'],
      Frontend: ['Current Sprint', 'Web', 'Mobile'],
      Platform: ['CI', 'Cloud'],
    },
    lists: ['Incoming Bugs'],
  },
  {
    name: 'Product',
    id: '90140202',
    prefix: 'PRD',
    weight: 20,
    statuses: DEVELOPMENT,
    tags: ['research', 'design', 'q4', 'customer'],
    words: [
      ['Define', 'Research', 'Sketch', 'Validate', 'Specify', 'Review'],
      [
        'onboarding flow',
        'pricing page',
        'admin roles',
        'mobile navigation',
        'report builder',
        'guest access',
        'import wizard',
        'notification settings',
        'trial length',
      ],
    ],
    folders: {
      Discovery: ['Ideas', 'Research', 'Interviews'],
      Roadmap: ['Now', 'Next', 'Later'],
      Design: ['UX', 'Icons', 'Brand'],
    },
    lists: ['Feedback'],
  },
  {
    name: 'Marketing',
    id: '90140203',
    weight: 16,
    statuses: PLAIN,
    tags: ['campaign', 'content', 'social', 'q4'],
    words: [
      ['Write', 'Plan', 'Publish', 'Design', 'Book', 'Review'],
      [
        'newsletter',
        'launch post',
        'case study',
        'webinar',
        'landing page',
        'press kit',
        'trade fair stand',
        'customer story',
        'ad budget',
      ],
    ],
    folders: {
      Campaigns: ['Spring', 'Autumn', 'Launch'],
      Content: ['Blog', 'Video', 'Social'],
      Events: ['Webinars', 'Fairs', 'Meetups'],
    },
    lists: ['Ideas'],
  },
  {
    name: 'Support',
    id: '90140204',
    prefix: 'SUP',
    weight: 14,
    statuses: DESK,
    tags: ['urgent', 'billing', 'how-to', 'churn-risk'],
    words: [
      ['Answer', 'Escalate', 'Reproduce', 'Refund', 'Call back about'],
      [
        'missing invoice',
        'slow dashboard',
        'lost password',
        'broken import',
        'double charge',
        'API limit',
        'wrong time zone',
        'failed upgrade',
      ],
    ],
    folders: {
      Tickets: ['Inbox', 'Escalations', 'Billing'],
      Docs: ['FAQ', 'Guides', 'Videos'],
      Success: ['Onboarding', 'Renewals', 'Churn'],
    },
    lists: ['Macros'],
  },
  {
    name: 'Operations',
    id: '90140205',
    weight: 10,
    statuses: PLAIN,
    tags: ['finance', 'people', 'legal'],
    words: [
      ['Renew', 'Approve', 'Order', 'Update', 'Check'],
      [
        'office lease',
        'laptop order',
        'travel policy',
        'payroll run',
        'vendor contract',
        'insurance',
        'job posting',
        'tax filing',
      ],
    ],
    folders: {
      Finance: ['Invoices', 'Budget', 'Payroll'],
      People: ['Hiring', 'Training', 'Policies'],
      Office: ['IT', 'Travel', 'Facilities'],
    },
    lists: ['Vendors'],
  },
  {
    name: 'Leadership',
    id: '90140206',
    private: true,
    weight: 4,
    statuses: PLAIN,
    tags: ['board', 'confidential'],
    words: [
      ['Prepare', 'Discuss', 'Decide'],
      ['board deck', 'hiring plan', 'acquisition', 'salary bands', 'annual targets'],
    ],
    folders: {
      Strategy: ['OKRs', 'Board', 'Risks'],
      Planning: ['Goals', 'Budget', 'Forecast'],
      Investors: ['Updates', 'Deals', 'Legal'],
    },
    lists: ['Agenda'],
  },
];

/** Ids that people quote; the other Lists are numbered on from there. */
export const LIST_IDS: Readonly<Record<string, string>> = { 'Engineering/Backend/Sprint 42': '90144360426' };
export const FIRST_LIST_ID = 90_144_360_427;
export const FIRST_FOLDER_ID = 901_480_201;

/** Shared with the guest. */
export const SHARED = { folder: 'Engineering/Frontend', list: 'Product/Feedback' };

export const SENTENCES = [
  'Customers keep asking for this.',
  'Seen twice this week, see the log excerpt.',
  'The old way stays until the new one is proven.',
  'Needs a short note in the changelog.',
  'Agreed in the weekly; no open questions.',
  'Depends on the decision about the vendor.',
  'Keep it small: one day at most.',
];
export const REMARKS = [
  'Looks good to me.',
  'Can somebody check this on staging?',
  'I will pick this up tomorrow.',
  'Blocked until the review is done.',
  'Done on my side, please verify.',
  'What is the deadline here?',
  'Added the missing details.',
  'This is worse than we thought.',
  'Moved the due date after talking to the customer.',
];
