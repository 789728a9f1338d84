import { Permissions, type Policies, type Policy } from '#libs/permissions';
import { CATALOGUE, type Tool, wireTool } from '#libs/tools';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './extension.js';
import { limitOf } from './limits-in-words.js';
import { barredOperations, isOffered } from './offered.js';

/** tools/list for one shape of policy, made once. */
export interface ToolList {
  tools: ReadonlyMap<string, Tool>;
  wire: readonly Record<string, unknown>[];
  /** `wire` as JSON: the bytes are the same on every call. */
  json: string;
  /** What was granted, the operator's layer first, and last what follows from disabled tools. */
  policies: Policies;
}

type Shown = Pick<ToolList, 'tools' | 'wire' | 'json'>;
/** Of so many shapes the list is kept; a shape is one set of tools with one set of places. */
const MAX_SHAPES = 200;

/** Which tools a policy leaves, and how they look on the wire. A tool that could never succeed is not there at all (feature D3). */
@Injectable()
export class ToolLists {
  private readonly wired = CATALOGUE.map((tool) => ({
    tool,
    wire: wireTool(tool) as unknown as Record<string, unknown>,
  }));
  /** In order of use, the least recent first. */
  private readonly shapes = new Map<string, Shown>();
  private readonly known = new WeakMap<Policies, ToolList>();
  readonly extensionTools: ReadonlyMap<string, ExtensionTool>;

  constructor(
    private readonly permissions: Permissions,
    @Optional() @Inject(MCP_EXTENSION) extension?: McpExtension,
  ) {
    this.extensionTools = new Map(extension?.tools.map((tool) => [tool.wire.name, tool]));
  }

  /** @param granted a caller's own layers; what its token lacks hides nothing, so that it can be asked for (MCP, step-up) */
  of(granted: Policies): ToolList {
    let list = this.known.get(granted);
    if (!list) this.known.set(granted, (list = this.make(granted)));
    return list;
  }

  private make(granted: Policies): ToolList {
    const layers = this.permissions.granted(granted);
    const disabledOperations = barredOperations(layers);
    const policies =
      disabledOperations.size === 0
        ? layers
        : Object.freeze([...layers, { mode: 'write', disabledOperations } satisfies Policy]);
    const limits = { read: limitOf(layers, true), write: limitOf(layers, false) };
    const offered = this.wired.map(({ tool }) => isOffered(tool, policies));
    return { ...this.shown(offered, limits), policies };
  }

  private shown(offered: readonly boolean[], limits: Limits): Shown {
    const shape = JSON.stringify([offered.map(Number).join(''), limits]);
    const shown = this.shapes.get(shape) ?? this.show(offered, limits);
    this.shapes.delete(shape);
    this.shapes.set(shape, shown);
    for (const oldest of this.shapes.keys()) {
      if (this.shapes.size <= MAX_SHAPES) break;
      this.shapes.delete(oldest);
    }
    return shown;
  }

  private show(offered: readonly boolean[], limits: Limits): Shown {
    const entries = this.wired.filter((_, index) => offered[index]);
    const wire = [
      ...entries.map((entry) => limited(entry, limits)),
      ...[...this.extensionTools.values()].map((tool) => tool.wire),
    ];
    return { tools: new Map(entries.map(({ tool }) => [tool.name, tool])), wire, json: JSON.stringify(wire) };
  }
}

/** Where a tool may read and write, in words; empty = everywhere. */
interface Limits {
  read: string;
  write: string;
}

function limited(
  { tool, wire }: { tool: Tool; wire: Record<string, unknown> },
  limits: Limits,
): Record<string, unknown> {
  const limit =
    wire.annotations && (wire.annotations as { readOnlyHint: boolean }).readOnlyHint ? limits.read : limits.write;
  // The search answers out of our own table.
  return limit && tool.name !== 'search_operations'
    ? { ...wire, description: `${String(wire.description)} ${limit}` }
    : wire;
}
