export { checkNames } from './calls/check-names.js';
export { Confirmation } from './confirmations/confirmation.entity.js';
export { RequestedItem } from './request-keys/requested-item.entity.js';
export { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './calls/mcp-extension.js';
export { CODES, errorJson, RpcError } from './calls/jsonrpc.js';
export { McpModule } from './mcp.module.js';
export { Protocol } from './http/protocol.js';
export { SERVER_INFO } from './calls/server-info.js';
