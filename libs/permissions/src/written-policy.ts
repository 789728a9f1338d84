import { APPROVE, RISKS, VERBS } from '#libs/core';
import { z } from 'zod';
import { type Policy } from './policy.js';
import { toolsetsOf } from './toolsets.js';

/** YAML reads an id without quotes as a number. */
const id = z
  .union([z.string(), z.int().min(0)], { error: 'must be the id of a place, as digits' })
  .transform(String)
  .refine((text) => /^\d{1,20}$/.test(text), 'must be the id of a place, as digits');
const ids = z.array(id).max(1000).default([]);
const places = z.strictObject({ spaces: ids, folders: ids, lists: ids });
const name = z.string().min(1).max(128);
const names = z.array(name).max(500);

/**
 * A policy of a Workspace as people write it, in POLICY_FILE and over REST. What is absent limits nothing. Whether its tools and toolsets
 * exist is checked where the catalogue is known.
 */
export const WRITTEN_POLICY = z
  .strictObject({
    mode: z.enum(['read', 'selective', 'write']).default('write'),
    write: places.optional(),
    read: places.optional(),
    methods: z.array(z.enum(VERBS)).optional(),
    toolsets: names.optional(),
    disabled_toolsets: names.optional(),
    enabled_tools: names.optional(),
    disabled_tools: names.optional(),
    risks: z.array(z.enum(RISKS)).optional(),
    confirm: z.enum(['always', 'never']).optional(),
    approve: z.enum(APPROVE).optional(),
    clients: z.array(z.string().min(1).max(2048)).max(500).optional(),
  })
  .refine(({ mode, write }) => (mode === 'selective') === (write !== undefined), {
    path: ['write'],
    error: 'goes with `mode: selective`, which says where writing is allowed, and only with it',
  });
export type WrittenPolicy = z.infer<typeof WRITTEN_POLICY>;

/** The layer that a written policy is. */
export function workspacePolicy(written: WrittenPolicy): Policy {
  const { mode, write, read, methods, toolsets, risks, confirm, approve, clients } = written;
  const { disabled_toolsets, enabled_tools, disabled_tools } = written;
  return {
    mode,
    ...(write && { write }),
    ...(read && { read }),
    ...(methods && { methods }),
    ...(toolsets && { toolsets: toolsetsOf(toolsets) }),
    ...(disabled_toolsets && { disabledToolsets: toolsetsOf(disabled_toolsets) }),
    ...(enabled_tools && { enabledTools: enabled_tools }),
    ...(disabled_tools && { disabledTools: disabled_tools }),
    ...(risks && { risks }),
    ...(confirm && { confirm }),
    ...(approve && { approve }),
    ...(clients && { clients }),
  };
}
