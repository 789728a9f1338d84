export { ALIASES } from './aliases.js';
export { argumentsOf } from './arguments/refusals.js';
export { inputSchemaOf, narrowed } from './arguments/schema.js';
export { type Schema } from './tool/schema.js';
export { understand } from './arguments/understand.js';
export { CATALOGUE } from './catalogue.js';
export { renderTools } from './render-tools.js';
export { present } from './answers/render.js';
export {
  type Content,
  type Download,
  type Ledger,
  type Need,
  type Offered,
  type Preview,
  type SeenJob,
  type Selection,
  type Tool,
  type ToolContext,
} from './tool/tool.js';
export { oneLine } from './answers/one-line.js';
export { visible, visibleText } from './answers/visible.js';
export { watchWrites } from './find/watch-writes.js';
export { wireTool } from './wire.js';
export { operationTools } from './operation-tools.js';
export { confirmChange } from './confirmation/confirm-change.js';
export { getJob } from './tasks/get-job.js';
export { stopJob } from './tasks/stop-job.js';
