import { PageController, type View } from '#libs/web';
import { Get, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { type Mandate, Mandated } from '../access/mandate.js';
import { usageFor, UsageQuery } from '../usage/usage.controller.js';
import { ConsolePages } from './console-pages.service.js';

/** So many groups fit on a page. */
const MOST_GROUPS = 100;
/** The chart, in units of its own. */
const [WIDTH, HEIGHT, GAP] = [600, 120, 2];

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** How often tools were called, and how that ended. */
@PageController('console/:workspace/usage')
export class ConsoleUsageController {
  constructor(
    private readonly database: DataSource,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async usage(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: UsageQuery,
  ): Promise<View> {
    const [by = 'day'] = query.by;
    const found = await usageFor(this.database, mandate, { ...query, by: [by] });
    const groups = found.slice(0, MOST_GROUPS).map((row) => ({
      name: by === 'person' ? (row.person_id ?? row.person) : row[by],
      linked: by === 'person' && row.person_id !== null,
      calls: row.calls,
      refused: total(row.refused),
      failed: total(row.failed),
      requests: row.upstream_requests,
    }));
    if (by === 'day') groups.sort((a, b) => String(a.name).localeCompare(String(b.name)));
    return this.pages.page('console-usage', 'console.usage', mandate, request, {
      by,
      groups,
      more: found.length > MOST_GROUPS ? MOST_GROUPS : undefined,
      ...barsOf(groups.map(({ calls }) => calls)),
    });
  }
}

/** The bars of a chart of these values, and the largest of them. */
function barsOf(values: readonly number[]) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(values.length, 1);
  const bars = values.map((value, index) => {
    const height = (value / most) * HEIGHT;
    return { x: index * step, y: HEIGHT - height, width: Math.max(1, Math.min(40, step - GAP)), height };
  });
  return { bars, most, width: WIDTH, height: HEIGHT };
}
