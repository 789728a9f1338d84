import { createHash } from 'node:crypto';
import { NOW, type Samples } from './sample.js';

/** Seeded: the Doc "Q4 Architecture", its page "Services" and the one after it, "Event bus". */
const DOC = { workspace_id: '12345', doc_id: '8c9ix-13173' };
const SERVICES = '8c9ix-13213';
const EVENT_BUS = '8c9ix-13233';
const LABEL = { name: 'meeting', tag_fg: '#ffffff', tag_bg: '#000000' };
/** Seeded: tracked time on the task with the memory leak, a webhook of the owner, and a code that a finished sign-in of theirs gave. */
const INTERVAL = '4518900000000000001';
const WEBHOOK = '00000000-0000-4000-8000-000000000001';
const CODE = createHash('sha256').update('code 1').digest('hex').slice(0, 32).toUpperCase();
/** Where nobody listens. */
const ENDPOINT = 'http://127.0.0.1:9/hook';

/** Docs, webhooks, ClickUp's sign-in, and the lesser used operations on tracked time. */
export const docs: Samples = {
  searchDocsPublic: () => ({ path: { workspace_id: '12345' }, query: { limit: 10, parent_type: 'SPACE' } }),
  createDocPublic: () => ({
    path: { workspace_id: '12345' },
    body: { name: 'Notes', parent: { id: '90140201', type: 4 }, visibility: 'PUBLIC', create_page: true },
  }),
  getDocPublic: () => ({ path: DOC }),
  getDocPageListingPublic: () => ({ path: DOC, query: { max_page_depth: -1 } }),
  getDocPagesPublic: () => ({ path: DOC, query: { max_page_depth: -1, content_format: 'text/md' } }),
  createPagePublic: () => ({
    path: DOC,
    body: {
      parent_page_id: SERVICES,
      name: 'Search',
      sub_title: 'New',
      content: '# Search',
      content_format: 'text/md',
    },
  }),
  getPagePublic: () => ({ path: { ...DOC, page_id: EVENT_BUS }, query: { content_format: 'text/plain' } }),
  editPagePublic: () => ({
    path: { ...DOC, page_id: EVENT_BUS },
    body: { name: 'Bus', content: '- more', content_edit_mode: 'append' },
  }),
  Gettrackedtime: ({ task }) => ({ path: { task_id: task } }),
  Tracktime: ({ task }) => ({ path: { task_id: task }, body: { start: NOW - 60_000, end: NOW, time: 60_000 } }),
  Edittimetracked: ({ task }) => ({
    path: { task_id: task, interval_id: INTERVAL },
    body: { start: NOW - 60_000, end: NOW, time: 60_000 },
  }),
  Deletetimetracked: ({ task }) => ({ path: { task_id: task, interval_id: INTERVAL } }),
  Gettimeentryhistory: ({ entry }) => ({ path: { team_id: '12345', timer_id: entry } }),
  Getalltagsfromtimeentries: () => ({ path: { team_id: '12345' } }),
  Addtagsfromtimeentries: ({ entry }) => ({
    path: { team_id: '12345' },
    body: { time_entry_ids: [entry], tags: [LABEL] },
  }),
  Removetagsfromtimeentries: ({ entry }) => ({
    path: { team_id: '12345' },
    body: { time_entry_ids: [entry], tags: [{ name: 'meeting' }] },
  }),
  Changetagnamesfromtimeentries: () => ({ path: { team_id: '12345' }, body: { ...LABEL, new_name: 'talk' } }),
  GetWebhooks: () => ({ path: { team_id: '12345' } }),
  CreateWebhook: () => ({
    path: { team_id: '12345' },
    body: { endpoint: ENDPOINT, events: ['taskCreated', 'taskCommentPosted'], space_id: 90140201 },
  }),
  UpdateWebhook: () => ({ path: { webhook_id: WEBHOOK }, body: { endpoint: ENDPOINT, events: '*', status: 'active' } }),
  DeleteWebhook: () => ({ path: { webhook_id: WEBHOOK } }),
  GetAccessToken: () => ({ body: { client_id: 'sandbox_client', client_secret: 'sandbox_secret', code: CODE } }),
};
