/** The gateway's name and version for clients (MCP Implementation). */
export const SERVER_INFO = { name: 'clickup-mcp', title: 'ClickUp MCP Gateway', version: '0.1.0' };
/** The same in the `_meta` of results, where the newer era wants it. */
export const IDENTITY = { 'io.modelcontextprotocol/serverInfo': SERVER_INFO };

/** Shown to models. Some clients cut it, so the first 512 characters must be enough. */
export const INSTRUCTIONS = [
  'Work in ClickUp: find, read, create and change tasks, comments and time entries.',
  'Arguments named *_id take an id, a custom id such as ENG-123, a URL, or a path such as "Engineering / Backend / Sprint 42"; people are given by name, e-mail or "me"; dates and durations may be words, in the time zone of the user.',
  'Lists come as columns and rows; pass next_cursor back unchanged as cursor for more.',
  'A call that answers with a confirm_token has changed nothing yet: show the preview, then repeat the same call with it.',
].join(' ');
