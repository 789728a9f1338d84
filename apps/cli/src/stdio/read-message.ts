import { isObject } from '#libs/core';
import { checkShape, CODES, RpcError } from '#libs/mcp';
import { isUtf8 } from 'node:buffer';

/** Deeper JSON is refused, as on HTTP: parsing survives any depth, but code that walks or stringifies the value does not (SEC-D12). */
const MAX_DEPTH = 64;

/**
 * The JSON of a line.
 * @throws RpcError -32700 for what is no JSON, is not UTF-8, is too deep or would replace a prototype
 */
export function parsedLine(line: Buffer): unknown {
  // Bytes that are not UTF-8 would become replacement characters, and so a name could become another one (RFC 8259 section 8.1).
  if (!isUtf8(line)) throw unreadable('The line is not UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    throw unreadable('The line is no JSON: send one JSON-RPC message per line, without line breaks in it.');
  }
  if (!isSound(value, MAX_DEPTH))
    throw unreadable(`JSON deeper than ${MAX_DEPTH} levels, or with a key such as "__proto__", is not read.`);
  return value;
}

/** The revisions without batches. A client that has named no revision yet may speak 2025-03-26, which has them. */
const WITHOUT_BATCHES: readonly unknown[] = ['2025-06-18', '2025-11-25', '2026-07-28'];

/**
 * @param revision what was agreed on, if anything was
 * @throws RpcError -32600 for what is no JSON-RPC message, and for a batch where the revision has none
 */
export function checkLine(message: unknown, revision: string | undefined): void {
  checkShape(message);
  if (Array.isArray(message) && WITHOUT_BATCHES.includes(revision))
    throw new RpcError(CODES.request, 'Invalid request', `MCP ${revision} has no batches: send one message per line.`);
}

const unreadable = (details: string) => new RpcError(CODES.parse, 'Parse error', details);

function isSound(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isSound(item, levels - 1));
  if (Object.hasOwn(value, '__proto__')) return false;
  if (
    Object.hasOwn(value, 'constructor') &&
    isObject(value.constructor) &&
    Object.hasOwn(value.constructor, 'prototype')
  )
    return false;
  return Object.values(value).every((item) => isSound(item, levels - 1));
}
