/** The gateway's name and version for clients (MCP Implementation). */
export const SERVER_INFO = { name: 'clickup-mcp', title: 'ClickUp MCP Gateway', version: '0.1.0' };
/** The same as a server tells it when it is asked who it is. @param icon the URL of the gateway's icon, where it has one */
export const serverInfoWith = (icon: string | undefined) => ({
  ...SERVER_INFO,
  ...(icon !== undefined && { icons: [{ src: icon, mimeType: 'image/svg+xml', sizes: ['any'] }] }),
});
/** The same in the `_meta` of results, where the newer era wants it. */
export const IDENTITY = { 'io.modelcontextprotocol/serverInfo': SERVER_INFO };

/**
 * Shown to models, with what the caller may do after it (`granted-in-words.ts`). Some clients cut it, so the first 512 characters must be
 * enough.
 */
export const INSTRUCTIONS = [
  'Work in ClickUp: find, read, create and change tasks, comments, time, Docs, goals and whatever search_operations finds.',
  'Arguments named *_id take an id, a custom id such as ENG-123, a URL, an exact name, or a path such as "Engineering / Backend / Sprint 42"; people by name, e-mail or "me"; dates and durations in words, in the time zone of the user; "none" clears.',
  'Read `scope` first: it says what was understood. Pass next_cursor back unchanged as cursor for more.',
  'A confirm_token means that nothing was changed yet: show the preview, then call confirm_change with it.',
].join(' ');
