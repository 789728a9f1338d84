import { OpenStreamRow } from './stream-post/open-stream.entity.js';
import { StreamLetter } from './stream-post/stream-letter.entity.js';

export { checkNames, isTool, unknownNames } from './calls/check-names.js';
export { DECISIONS, type Explanation, type JudgedRequest, type Known, KNOWN } from './explain/explanation.js';
export { type PastCall, pastJudge, type PastVerdict } from './explain/past-calls.js';
export { Explanations } from './explain/explanations.service.js';
export { Confirmation } from './confirmations/confirmation.entity.js';
export { RequestedItem } from './request-keys/requested-item.entity.js';
export { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './calls/mcp-extension.js';
export { answerId, checkShape, CODES, errorJson, type Id, RpcError, withDetails } from './calls/jsonrpc.js';
export { originOf } from './calls/origin.js';
export { McpModule } from './mcp.module.js';
export { type Carried, Protocol } from './http/protocol.js';
export { OpenStreams } from './streams/open-streams.js';
export { failedStart } from './stdio/failed-start.js';
export { StdioModule } from './stdio/stdio.module.js';
export { type ReadJson } from './websocket/socket-input.js';
export { WebSockets } from './websocket/web-sockets.js';
export { SERVER_INFO } from './calls/server-info.js';

export const STREAM_ENTITIES = [OpenStreamRow, StreamLetter];
