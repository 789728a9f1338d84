import { Eta } from 'eta';

/** One question to an AI client, as far as the gateway sees it. */
export interface Exchange {
  question: string;
  tool: string;
  args: object;
  /** The text that the tool answered. */
  answer: string;
}

const PAGE = `<!doctype html><meta charset="utf-8"><style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 0; padding: 24px; background: #f6f6f9; color: #1b1b28 }
  p { margin: 0 0 16px auto; width: fit-content; background: #4f46e5; color: #fff; padding: 8px 14px; border-radius: 14px }
  section { background: #fff; border: 1px solid #dcdce6; border-radius: 12px; padding: 14px 16px }
  h2 { font: 600 13px/1.5 ui-monospace, Menlo, Consolas, monospace; margin: 0 0 8px; color: #5a5a70; overflow-wrap: anywhere }
  pre, table { display: block; padding: 6px 0; font: 12.5px/1.55 ui-monospace, Menlo, Consolas, monospace; margin: 0; white-space: pre-wrap; border-spacing: 0 }
  td { padding: 2px 14px 2px 0; vertical-align: top }
  tr:first-child td { color: #5a5a70 }
</style><p><%= it.question %></p><section><h2><%= it.tool %> <%= JSON.stringify(it.args) %></h2><% it.blocks.forEach(({ table, text }) => { if (table) { %><table><% table.forEach((row) => { %><tr><% row.forEach((cell) => { %><td><%= cell %></td><% }) %></tr><% }) %></table><% } else { %><pre><%= text %></pre><% } }) %></section>`;

/** A page that shows a question, the call that a model made of it, and what the tool answered, word for word; tables with tabs as tables. */
export const conversation = ({ answer, ...exchange }: Exchange): string =>
  new Eta().renderString(PAGE, { ...exchange, blocks: answer.split('\n\n').map(blockOf) });

const blockOf = (text: string) =>
  text.includes('\t') ? { table: text.split('\n').map((line) => line.split('\t')) } : { text };
