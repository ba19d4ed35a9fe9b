import uPlot from 'uplot'

/** One line of a chart. Its pattern tells it apart where colours cannot. */
export interface Line {
  label: string
  role: 'good' | 'bad' | 'moving' | 'neutral'
  values: readonly number[]
}

export interface Drawing {
  host: HTMLElement
  width: number
  height: number
  /** Begin of each step, in seconds. */
  times: readonly number[]
  lines: readonly Line[]
  timeText: (seconds: number) => string
  /** The step under the pointer; undefined beside the chart. */
  onPoint: (step: number | undefined) => void
}

const font = '12px ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif'
const lineHeight = 16
const dashes: Partial<Record<Line['role'], number[]>> = { moving: [2, 4], neutral: [8, 4] }

/** Draws a chart into its host; returns how to take it away. */
export function draw({ host, width, height, times, lines, timeText, onPoint }: Drawing): () => void {
  const colour = colours(host)
  const text = colour('second')
  const grid = colour('line')
  const step = (times[1] ?? 0) - (times[0] ?? 0)
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  const chart = new uPlot(
    {
      width,
      height,
      padding: [8, labelWidth(lines) + 12, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: {
        x: { range: (_, min, max) => [min, max] },
        y: { range: (_, _min, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 32, space: 64, values: (_, at) => at.map(timeText) },
        { ...axis, size: 48, incrs: whole, values: (_, at) => at.map((n) => n.toLocaleString()) },
      ],
      series: [
        {},
        ...lines.map(({ role }) => ({
          stroke: colour(role),
          width: 2,
          dash: dashes[role] ?? [],
          fill: () => fillOf(role, colour(role)),
          points: { show: false },
          ...(uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1, ascDesc: true }) } : {}),
        })),
      ],
      hooks: {
        draw: [(u) => drawLabels(u, lines, colour)],
        setCursor: [(u) => onPoint(stepAt(u, times))],
      },
    },
    // The last step has a width, too.
    [[...times, (times.at(-1) ?? 0) + step], ...lines.map(({ values }) => [...values, values.at(-1) ?? 0])],
    host,
  )
  return () => chart.destroy()
}

// The step whose begin lies before the pointer; uPlot gives the nearest.
function stepAt(u: uPlot, times: readonly number[]): number | undefined {
  const { left } = u.cursor
  if (left === undefined || left < 0) return undefined
  const at = u.posToVal(left, 'x')
  const step = times.findLastIndex((time) => time <= at)
  return step < 0 ? undefined : step
}

const whole = [1, 2, 5].flatMap((n) => Array.from({ length: 9 }, (_, i) => n * 10 ** i)).toSorted((a, b) => a - b)

// The names stand at the end of their lines, pushed apart where lines end close together.
function drawLabels(u: uPlot, lines: readonly Line[], colour: (name: string) => string): void {
  const { ctx, bbox } = u
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = scaled(font, ratio)
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  const places = lines
    .map((line) => ({ line, y: u.valToPos(line.values.at(-1) ?? 0, 'y', true) }))
    .toSorted((a, b) => b.y - a.y)
  let lowest = Number.POSITIVE_INFINITY
  for (const place of places) {
    place.y = Math.min(place.y, lowest)
    lowest = place.y - lineHeight * ratio
  }
  for (const { line, y } of places) {
    ctx.fillStyle = colour(line.role)
    ctx.fillText(line.label, bbox.left + bbox.width + 8 * ratio, y)
  }
  ctx.restore()
}

const scaled = (text: string, ratio: number) => text.replace(/^\d+/, (size) => String(Number(size) * ratio))

function labelWidth(lines: readonly Line[]): number {
  const ctx = document.createElement('canvas').getContext('2d')
  if (ctx === null) return 96
  ctx.font = font
  return Math.max(...lines.map((line) => ctx.measureText(line.label).width))
}

/** Good is a calm area, bad is hatched; the others are lines alone. */
function fillOf(role: Line['role'], colour: string): string | CanvasPattern {
  if (role === 'good') return colour.replace(/^rgb\((.+)\)$/, 'rgba($1, 0.12)')
  return role === 'bad' ? hatch(colour) : 'transparent'
}

function hatch(colour: string): string | CanvasPattern {
  const tile = document.createElement('canvas')
  const size = 8 * uPlot.pxRatio
  tile.width = size
  tile.height = size
  const ctx = tile.getContext('2d')
  if (ctx === null) return 'transparent'
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5 * uPlot.pxRatio
  for (const shift of [-size, 0, size]) {
    ctx.moveTo(shift, size)
    ctx.lineTo(shift + size, 0)
  }
  ctx.stroke()
  return ctx.createPattern(tile, 'repeat') ?? 'transparent'
}

// A canvas knows no variables of the page, so they are read where the chart stands.
function colours(host: HTMLElement): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    const found = known.get(name)
    if (found !== undefined) return found
    const probe = document.createElement('span')
    probe.style.color = `var(--pb-${name})`
    host.append(probe)
    const value = getComputedStyle(probe).color
    probe.remove()
    known.set(name, value)
    return value
  }
}
