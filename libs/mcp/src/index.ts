export { checkNames } from './check-names.js';
export { Confirmation } from './confirmation.entity.js';
export { Dispatch, type Exchange, type Outcome } from './dispatch.js';
export { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './extension.js';
export { answerId, CODES, errorJson, RpcError } from './jsonrpc.js';
export { McpModule } from './mcp.module.js';
export { Protocol } from './protocol.js';
