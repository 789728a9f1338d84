export { Job } from './job.entity.js';
export { JobsModule } from './jobs.module.js';
export { Jobs, type SeenJob, type TakenJob } from './jobs.service.js';
export { Queue, QUEUE, QUEUE_OPTIONS, QUEUE_SCHEMA, type Ticket } from './queue.js';
