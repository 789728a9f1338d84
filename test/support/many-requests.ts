/** Limits that count, but that no test or benchmark reaches unless it sets its own. */
export const MANY_REQUESTS = {
  MCP_RATE_LIMIT_PER_MINUTE: '1000000000',
  MCP_RATE_LIMIT_PER_HOUR: '1000000000',
  MCP_RATE_LIMIT_PER_DAY: '1000000000',
};
