import { Admission } from './calls/admission.js';
import { CallAudit } from './calls/call-audit.js';
import { ApprovalGate } from './approvals/gate.js';
import { ApprovalQuestions } from './approvals/questions.js';
import { CallResolver } from './calls/call-resolver.js';
import { Callers } from './calls/callers.js';
import { Dispatch } from './calls/dispatch.js';
import { GrantedInWords } from './calls/granted-in-words.js';
import { Names } from './calls/names.js';
import { ToolLists } from './calls/tool-lists.js';
import { ToolRunner } from './calls/tool-runner.js';
import { UpstreamBudget } from './calls/upstream-budget.js';
import { Completions } from './completions/completions.js';
import { Previews } from './confirmations/previews.js';
import { Protocol } from './http/protocol.js';
import { McpTasks } from './mcp-tasks/mcp-tasks.js';
import { PromptLists } from './prompts/prompt-lists.js';
import { Resources } from './resources/resources.js';

/** What answers calls and stores nothing by itself: the same for every door. What it stores by is provided beside it. */
export const CALL_PROVIDERS = [
  Admission,
  CallAudit,
  ApprovalGate,
  ApprovalQuestions,
  Callers,
  CallResolver,
  Completions,
  Dispatch,
  GrantedInWords,
  McpTasks,
  Names,
  Previews,
  PromptLists,
  Protocol,
  Resources,
  ToolLists,
  ToolRunner,
  UpstreamBudget,
];
