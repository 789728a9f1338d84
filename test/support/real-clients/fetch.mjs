// Installs the clients that docs/clients says are tried in each test run into .cache/real-clients, and prints that folder; does
// nothing when they are there. They are no dependencies of the project: 450 MB that one test needs.
import { installed } from '../install.mjs';

console.log(
  installed('real-clients', {
    '@ai-sdk/mcp': '2.0.99',
    '@anthropic-ai/mcpb': '2.1.2',
    '@google/gemini-cli': '0.61.0',
    '@langchain/core': '1.4.0',
    '@langchain/langgraph': '1.7.3',
    '@langchain/mcp-adapters': '1.1.4',
    '@modelcontextprotocol/client': '2.4.0',
    '@modelcontextprotocol/inspector': '2.12.0',
    '@modelcontextprotocol/sdk': '1.32.2',
    '@openai/agents': '0.20.0',
    'mcp-remote': '0.15.1',
  }),
);
