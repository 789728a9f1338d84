import { isRead } from '#libs/core';
import { decide, type Policies } from '#libs/permissions';
import { CATALOGUE, type Tool, wireTool } from '#libs/tools';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './extension.js';

/** tools/list for one shape of policy, made once. */
export interface ToolList {
  tools: ReadonlyMap<string, Tool>;
  wire: readonly Record<string, unknown>[];
  /** `wire` as JSON: the bytes are the same on every call. */
  json: string;
}

/** Which tools a policy leaves, and how they look on the wire. A tool that could never succeed is not there at all (mission D3). */
@Injectable()
export class ToolLists {
  private readonly wired = CATALOGUE.map((tool) => ({ tool, wire: wireTool(tool) as unknown as Record<string, unknown> }));
  private readonly lists = new Map<string, ToolList>();
  readonly extensionTools: ReadonlyMap<string, ExtensionTool>;

  constructor(@Optional() @Inject(MCP_EXTENSION) extension?: McpExtension) {
    this.extensionTools = new Map(extension?.tools.map((tool) => [tool.wire.name, tool]));
  }

  of(policies: Policies): ToolList {
    const shape = this.wired.map(({ tool }) => (isRead(tool.verb) || decide(policies, tool.verb, tool.risk, []).allowed ? '1' : '0')).join('');
    const made = this.lists.get(shape) ?? this.make(shape);
    this.lists.set(shape, made);
    return made;
  }

  private make(shape: string): ToolList {
    const allowed = this.wired.filter((_, index) => shape[index] === '1');
    const wire = [...allowed.map((entry) => entry.wire), ...[...this.extensionTools.values()].map((tool) => tool.wire)];
    return { tools: new Map(allowed.map(({ tool }) => [tool.name, tool])), wire, json: JSON.stringify(wire) };
  }
}
