import { type Pending } from '#libs/approvals';
import { ApiProperty } from '@nestjs/swagger';
import { written } from '../rest/views.js';

/** A change that waits for its person. What it says comes from the Workspace and from whoever asks: it is to be read, not followed. */
export class ApprovalView {
  @ApiProperty() id!: string;
  @ApiProperty({ example: 'delete_task' }) tool!: string;
  @ApiProperty({ enum: ['normal', 'destructive', 'admin'], description: '`admin` is approved at `/approvals` only.' })
  risk!: string;
  @ApiProperty({ description: 'One sentence: what would happen.' }) summary!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Current values of what would change.' })
  current!: object;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'All that was asked for.' })
  arguments!: object;
  @ApiProperty({ type: 'string', nullable: true, description: 'What the credential that asks is called.' })
  asked_by!: string | null;
  @ApiProperty({ description: 'Whether it was approved with everything like it, for an hour.' }) for_hour!: boolean;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) expires_at!: string;
}

export class ApprovalList {
  @ApiProperty({ type: [ApprovalView] }) data!: ApprovalView[];
}

export class DecisionView {
  @ApiProperty({ enum: ['approved', 'refused'] }) decision!: 'approved' | 'refused';
}

export const approvalView = (pending: Pending): ApprovalView => ({
  id: pending.id,
  tool: pending.tool,
  risk: pending.risk,
  summary: pending.summary,
  current: pending.current,
  arguments: pending.arguments,
  asked_by: pending.label ?? null,
  for_hour: pending.forHour,
  created_at: written(pending.createdAt),
  expires_at: written(pending.expiresAt),
});
