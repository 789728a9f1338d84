import { ConsoleApprovalsController } from './console-approvals.controller.js';
import { ConsoleAuditController } from './console-audit.controller.js';
import { ConsoleClientsController } from './console-clients.controller.js';
import { ConsoleConnectionsController } from './console-connections.controller.js';
import { ConsoleGrantsController } from './console-grants.controller.js';
import { ConsolePages } from './console-pages.service.js';
import { ConsolePeopleController } from './console-people.controller.js';
import { ConsolePolicyController } from './console-policy.controller.js';
import { ConsoleSignInController } from './console-sign-in.controller.js';
import { ConsoleSsoController } from './console-sso.controller.js';
import { ConsoleSwitchesController } from './console-switches.controller.js';
import { ConsoleUsageController } from './console-usage.controller.js';
import { ConsoleWorkspacesController } from './console-workspaces.controller.js';

// The fixed paths come before those that name a Workspace.
export const CONSOLE_CONTROLLERS = [
  ConsoleSignInController,
  ConsoleSsoController,
  ConsoleWorkspacesController,
  ConsoleClientsController,
  ConsoleConnectionsController,
  ConsoleGrantsController,
  ConsolePeopleController,
  ConsoleApprovalsController,
  ConsolePolicyController,
  ConsoleSwitchesController,
  ConsoleUsageController,
  ConsoleAuditController,
];
export const CONSOLE_PROVIDERS = [ConsolePages];
