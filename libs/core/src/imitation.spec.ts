import { imitatedVendor, vendorOf } from '#libs/core';

test.each([
  ['https://chatgpt.com/connector/oauth/39Y8nOAX3K_-z', 'ChatGPT'],
  ['https://chatgpt.com/connector_platform_oauth_redirect', 'ChatGPT'],
  ['https://chat.openai.com/aip/g-0123456789abcdef/oauth/callback', 'ChatGPT'],
  ['https://claude.ai/api/mcp/auth_callback', 'Claude'],
  ['https://claude.com/api/mcp/auth_callback', 'Claude'],
  ['cursor://anysphere.cursor-mcp/oauth/callback', 'Cursor'],
  ['https://www.cursor.com/agents/mcp/oauth/callback', 'Cursor'],
  ['https://vscode.dev/redirect', 'VS Code'],
  ['https://insiders.vscode.dev/redirect', 'VS Code'],
  ['https://callback.mistral.ai/v1/integrations_auth/oauth2_callback', 'Le Chat'],
  ['https://www.perplexity.ai/rest/connections/oauth_callback', 'Perplexity'],
  ['https://oauth.pstmn.io/v1/callback', 'Postman'],
])('%s is known as an address of %s', (uri, label) => expect(vendorOf(uri)?.label).toBe(label));

test.each([
  'http://localhost:8787/callback',
  'http://127.0.0.1/',
  'https://chatgpt.com/connector/oauth/a/b',
  'https://chatgpt.com/connector/oauth/',
  'https://chatgpt.com/connector/oauth/{id}',
  'https://chatgpt.com/connector/oauth/x?y',
  'https://chatgpt.com.evil.example/connector/oauth/x',
  'https://claude.ai/api/mcp/auth_callback/x',
  'https://claude.ai/',
  'cursor://anysphere.cursor-mcp/oauth/callback/x',
  'CURSOR://anysphere.cursor-mcp/oauth/callback',
  'https://cursor.com/agents/mcp/oauth/callback',
  'https://evil.example/cb',
  '',
])('%s is nobody’s', (uri) => expect(vendorOf(uri)).toBeUndefined());

const ELSEWHERE = 'https://evil.example/cb';

test.each([
  ['Claude', 'Claude'],
  ['claude', 'Claude'],
  ['Claude (by Anthropic)', 'Claude'],
  ['Anthropic Connector', 'Claude'],
  ['My Claude Desktop', 'Claude'],
  ['CIaude', 'Claude'],
  ['C1aude', 'Claude'],
  ['Сlаudе', 'Claude'],
  ['Ｃｌａｕｄｅ', 'Claude'],
  ['𝐂𝐥𝐚𝐮𝐝𝐞', 'Claude'],
  ['Ⓒlaude', 'Claude'],
  ['Clàudé', 'Claude'],
  ['C l a u d e', 'Claude'],
  ['C.l-a_u·d e', 'Claude'],
  ['Cla\u200bu\u2060de', 'Claude'],
  ['Cla\u00adude', 'Claude'],
  ['Claude Code', 'Claude'],
  ['Chat GPT', 'ChatGPT'],
  ['СhаtGРТ', 'ChatGPT'],
  ['0penAI', 'ChatGPT'],
  ['OpenΑΙ', 'ChatGPT'],
  ['Cursоr', 'Cursor'],
  ['VSCode', 'VS Code'],
  ['vs c0de', 'VS Code'],
  ['Visual Studio Code', 'VS Code'],
  ['GitHub Copilot', 'VS Code'],
  ['Mistral Le Chat', 'Le Chat'],
  ['Pеrplexity', 'Perplexity'],
  ['P0stman', 'Postman'],
])('%s at an address of somebody else bears the name of %s', (name, label) =>
  expect(imitatedVendor(name, ELSEWHERE)?.label).toBe(label),
);

test.each([
  'Acme Assistant',
  'Organized tasks',
  'n8n',
  'Zapier',
  '',
  '   ',
  'Клиент',
  'Our internal tool',
  'My agent 1.0',
  'chat',
  'code',
])('%j bears nobody’s name', (name) => expect(imitatedVendor(name, ELSEWHERE)).toBeUndefined());

test.each([
  ['Claude', 'https://claude.ai/api/mcp/auth_callback'],
  ['Claude Code', 'https://claude.com/api/mcp/auth_callback'],
  ['ChatGPT', 'https://chatgpt.com/connector/oauth/abc'],
  ['Cursor', 'cursor://anysphere.cursor-mcp/oauth/callback'],
  ['Visual Studio Code', 'https://vscode.dev/redirect'],
  ['Claude for VS Code', 'https://vscode.dev/redirect'],
  ['Claude Code', 'http://localhost:3118/callback'],
  ['Cursor', 'http://127.0.0.1:8787/callback'],
  ['Codex', 'http://[::1]/callback/x'],
])('%s at %s is what it says, or nobody can tell', (name, uri) => expect(imitatedVendor(name, uri)).toBeUndefined());

test.each([
  ['Claude', 'https://vscode.dev/redirect', 'Claude'],
  ['ChatGPT', 'https://oauth.pstmn.io/v1/callback', 'ChatGPT'],
  ['Cursor', 'cursor://evil/oauth/callback', 'Cursor'],
  ['Claude', 'https://localhost/cb', 'Claude'],
  ['Claude', 'http://localhost.evil.example/cb', 'Claude'],
  ['Claude', 'https://claude.ai.evil.example/api/mcp/auth_callback', 'Claude'],
  ['Claude', 'not a URL', 'Claude'],
])('%s at %s is not what it says', (name, uri, label) => expect(imitatedVendor(name, uri)?.label).toBe(label));
