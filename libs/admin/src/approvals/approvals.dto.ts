import { type Pending, type WaitingForOther } from '#libs/approvals';
import { ApiProperty } from '@nestjs/swagger';
import { written } from '../rest/views.js';

const OF_OTHERS = 'Null for what waits for others.';

/** A change that waits for its person. What it says comes from the Workspace and from whoever asks: it is to be read, not followed. */
export class ApprovalView {
  @ApiProperty() id!: string;
  @ApiProperty({ example: 'delete_task' }) tool!: string;
  @ApiProperty({ enum: ['normal', 'destructive', 'admin'], description: '`admin` is approved at `/approvals` only.' })
  risk!: string;
  @ApiProperty({ description: 'Whether it waits for you.' }) own!: boolean;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Of others: the pseudonym that the audit has of the person (`actor`); null for your own.',
  })
  actor!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: `One sentence: what would happen. ${OF_OTHERS}` })
  summary!: string | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: `Current values of what would change. ${OF_OTHERS}`,
  })
  current!: object | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: `All that was asked for. ${OF_OTHERS}`,
  })
  arguments!: object | null;
  @ApiProperty({ type: 'string', nullable: true, description: `What the credential that asks is called. ${OF_OTHERS}` })
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
  own: true,
  actor: null,
  summary: pending.summary,
  current: pending.current,
  arguments: pending.arguments,
  asked_by: pending.label ?? null,
  for_hour: pending.forHour,
  created_at: written(pending.createdAt),
  expires_at: written(pending.expiresAt),
});

/** Of somebody else: nothing of what is in it. */
export const otherView = ({ id, tool, risk, pseudonym, createdAt, expiresAt }: WaitingForOther): ApprovalView => ({
  id,
  tool,
  risk,
  own: false,
  actor: pseudonym ?? null,
  summary: null,
  current: null,
  arguments: null,
  asked_by: null,
  for_hour: false,
  created_at: written(createdAt),
  expires_at: written(expiresAt),
});
