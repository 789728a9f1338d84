import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Panel } from '../dashboards/panels.js';
import { type Line } from '../dashboards/prometheus.js';

/** A panel with what Prometheus answered to each of its queries. */
export interface Drawn {
  panel: Panel;
  lines: readonly { name: string; values: Line['values'] }[];
}

const resolve = (path: string) => createRequire(import.meta.url).resolve(`uplot/dist/${path}`);
/** A column and a row of Grafana's grid, in pixels of the picture. */
const [COLUMN, ROW, GAP] = [50, 26, 8];
const COLOURS = [
  '#4f46e5',
  '#d97706',
  '#059669',
  '#dc2626',
  '#0891b2',
  '#9333ea',
  '#65a30d',
  '#db2777',
  '#475569',
  '#b45309',
];

/** What a line is called: the legend of the panel with the labels of the line in it. */
export const legend = (format: string, metric: Line['metric']): string =>
  format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');

/**
 * A page that shows the panels where the dashboard has them, drawn by uPlot. It stands in for Grafana: queries and values are the same, the
 * look is not.
 */
export function panelsPage(title: string, drawn: readonly Drawn[]): string {
  const placed = drawn.map(({ panel, lines }) => {
    const { x, y, w, h } = panel.gridPos;
    return {
      title: panel.title,
      unit: panel.fieldConfig?.defaults?.unit ?? 'short',
      isStat: panel.type === 'stat',
      box: { left: x * COLUMN + GAP, top: y * ROW + GAP, width: w * COLUMN - GAP, height: h * ROW - GAP },
      lines: lines.map(({ name, values }) => ({ name, values: values.map(([at, value]) => [at, Number(value)]) })),
    };
  });
  // Panels of text are not drawn: what is above the first one goes.
  const above = Math.min(...placed.map(({ box }) => box.top)) - GAP;
  for (const { box } of placed) box.top -= above;
  const height = Math.max(...placed.map(({ box }) => box.top + box.height)) + 2 * GAP;
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><style>${readFileSync(resolve('uPlot.min.css'), 'utf8')}
  body { font: 12px/1.4 system-ui, sans-serif; margin: 0; background: #f6f6f9; color: #1b1b28; position: relative; height: ${height}px }
  section { position: absolute; background: #fff; border: 1px solid #dcdce6; border-radius: 8px; box-sizing: border-box; padding: 6px 8px; overflow: hidden }
  h2 { font: 600 12px/1.3 system-ui, sans-serif; margin: 0 0 2px } p { margin: 0; color: #5a5a70 }
  .stat { font: 600 26px/1.6 system-ui, sans-serif; text-align: center; color: #059669 }
  .legend { display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 10px; height: 28px; overflow: hidden } .legend i { display: inline-block; width: 9px; height: 3px; margin: 0 4px 3px 0 }
</style><body><script>${readFileSync(resolve('uPlot.iife.min.js'), 'utf8')}</script><script>
// A block: a second page in the same tab knows the names of the first.
{
const panels = ${JSON.stringify(placed).replaceAll('<', '\\u003c')};
const COLOURS = ${JSON.stringify(COLOURS)};
const units = {
  percentunit: (v) => +(v * 100).toPrecision(4) + ' %',
  s: (v) => (v >= 1 ? +v.toPrecision(3) + ' s' : +(v * 1000).toPrecision(3) + ' ms'),
  bytes: (v) => (Math.abs(v) >= 104857 || v === 0 ? +(v / 1048576).toPrecision(3) + ' MiB' : +(v / 1024).toPrecision(3) + ' KiB'),
  reqps: (v) => +v.toPrecision(3) + '/s',
  ops: (v) => +v.toPrecision(3) + '/s',
};
for (const { title, unit, isStat, box, lines } of panels) {
  const section = document.body.appendChild(document.createElement('section'));
  for (const [side, value] of Object.entries(box)) section.style[side] = value + 'px';
  section.appendChild(document.createElement('h2')).textContent = title;
  const tell = units[unit] ?? ((v) => String(+v.toPrecision(3)));
  if (lines.length === 0) { section.appendChild(document.createElement('p')).textContent = 'Nothing to show.'; continue; }
  if (isStat) {
    const said = section.appendChild(document.createElement('div'));
    said.className = 'stat';
    said.textContent = lines.map(({ name, values }) => tell(values.findLast(([, value]) => value !== null)?.[1] ?? 0) + (name ? ' ' + name : '')).join(', ');
    continue;
  }
  const times = [...new Set(lines.flatMap(({ values }) => values.map(([at]) => at)))].sort((a, b) => a - b);
  const rows = lines.map(({ values }) => { const by = new Map(values); return times.map((at) => (Number.isFinite(by.get(at)) ? by.get(at) : null)); });
  new uPlot({
    width: box.width - 18, height: box.height - 62, legend: { show: false }, cursor: { show: false },
    axes: [{ size: 24, font: '10px system-ui' }, { size: 56, font: '10px system-ui', values: (_, ticks) => ticks.map(tell) }],
    scales: { y: { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.1 : 1] } },
    series: [{}, ...lines.map(({ name }, n) => ({ label: name, stroke: COLOURS[n % COLOURS.length], width: 1.5, points: { show: false } }))],
  }, [times, ...rows], section);
  const legend = section.appendChild(document.createElement('div'));
  legend.className = 'legend';
  lines.forEach(({ name }, n) => {
    const entry = legend.appendChild(document.createElement('span'));
    entry.appendChild(document.createElement('i')).style.background = COLOURS[n % COLOURS.length];
    entry.append(name);
  });
}
}
</script>`;
}
