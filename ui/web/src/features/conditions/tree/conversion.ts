import type { Schemas } from '@/api/client'
import type { Edit } from '../against'
import { adopted, sameRows, withLabels } from './adopt'
import { leavesWithin, rowsOf, withRoot } from './edits'
import { type Condition, kindField, type Leaf, type Row } from './node'
import { endsConverting, startsConverting } from './settled'
import { fromWire, leavesOf, type Sent, toWire } from './wire'

type Visual = Schemas['Visual']

/** How long typing may pause before rows become text, and how long until a failed try is repeated, in milliseconds. */
const pause = 120
const again = 3000

export interface Options {
  convert: (input: Pick<Schemas['VisualInput'], 'expression' | 'tree'>) => Promise<Visual>
  onChange: (expression: string, edit: Edit) => void
  /** What is missing of a row; undefined when it can be written. */
  missing: (row: Row) => string | undefined
  /** The kind of event is shown elsewhere. */
  kinds: boolean
}

/** What an editor shows. */
export interface Snapshot {
  /** The rows, undefined until they are read and when the text cannot be read. */
  readonly condition: Condition | undefined
  /** The text that the rows stand for, as far as they are finished. */
  readonly expression: string
  /** What is wrong with nodes, by key; that of the root is about the whole. */
  readonly faults: ReadonlyMap<string, string>
  /** Which node a verdict on `expression` is about: keys by the server's ids. */
  readonly names: ReadonlyMap<string, string>
  /** Why the text cannot be shown as rows. */
  readonly broken: readonly Schemas['ExpressionFault'][]
  /** The server could not be asked; it is asked again. */
  readonly error: Error | undefined
}

const nothing: Snapshot = {
  condition: undefined,
  expression: '',
  faults: new Map(),
  names: new Map(),
  broken: [],
  error: undefined,
}

/**
 * Keeps the rows of one condition and its text the same. The rows answer at once, the
 * text follows through the server. An answer that is older than what was typed since is
 * thrown away. Rows that are not finished keep the text that they had, or have none.
 */
export class Conversion {
  private options: Options
  private readonly listeners = new Set<() => void>()
  private snapshot = nothing
  private turn = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | undefined
  private joins = new Set<string | undefined>()
  private given: string | undefined
  private told: string[] = []
  private good = new Map<string, Leaf>()

  constructor(options: Options) {
    this.options = options
  }

  /** Asks and tells through these from now on. */
  serve(options: Options): void {
    this.options = options
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly current = (): Snapshot => this.snapshot

  private show(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    for (const listener of this.listeners) listener()
  }

  /** Takes the text that the page holds. Text that came from here changes nothing; other text is read. */
  give(expression: string): void {
    if (this.given === expression) return
    this.given = expression
    const mine = this.told.lastIndexOf(expression)
    if (mine >= 0) {
      this.told.splice(0, mine + 1)
      if (this.told.length > 0 || this.snapshot.expression === expression || this.converting) return
    }
    this.told = []
    this.read(expression)
  }

  /** Reads the text once more, as after a formula was written that rows can show. Waits with it for rows that are not finished. */
  async readAgain(): Promise<void> {
    await this.flush().catch(() => undefined)
    const { condition, expression, faults, error } = this.snapshot
    const unfinished = condition === undefined || leavesWithin(condition.root).some((leaf) => !this.sound(leaf, faults))
    if (!this.converting && !unfinished && error === undefined) this.read(expression)
  }

  private get converting(): boolean {
    return this.timer !== undefined || this.joins.size > 0
  }

  private read(expression: string): void {
    const turn = this.begin()
    if (expression.trim() === '') {
      this.take({ expression, tree: { root: { kind: 'all' } }, errors: [] }, expression)
      return
    }
    const running = this.options.convert({ expression }).then(
      (answer) => (turn === this.turn ? this.take(answer, expression) : undefined),
      (error: unknown) => this.fail(turn, error, () => this.read(expression)),
    )
    this.running = running
  }

  // Ends whatever was under way: its answer will be older than what begins.
  private begin(): number {
    clearTimeout(this.timer)
    this.timer = undefined
    this.joins.clear()
    endsConverting(this)
    return ++this.turn
  }

  private take(answer: Visual, expression: string): void {
    if (answer.tree === undefined) {
      // The rows stay in sight until the text can be read again.
      this.show({ ...nothing, condition: this.snapshot.condition, expression, broken: answer.errors })
      return
    }
    const next = fromWire(answer.tree, this.options.kinds)
    const old = this.snapshot.condition
    const kept = old !== undefined && sameRows(next, this.finished(old))
    const condition = kept ? { ...next, root: old.root } : adopted(next, old)
    this.keep(condition)
    const sent = toWire(condition, (part) => this.writable(part))
    this.show({ ...nothing, condition, expression, names: namesOf(sent, answer.tree) })
  }

  // What of the rows is in the text.
  private finished(condition: Condition): Condition {
    return fromWire(toWire(condition, (part) => this.writable(part)).tree, true)
  }

  // Remembers what can be written, for the time in which it is being changed.
  private keep({ root }: Condition, faults?: ReadonlyMap<string, string>): void {
    for (const leaf of leavesWithin(root)) if (this.sound(leaf, faults)) this.good.set(leaf.key, leaf)
  }

  private sound(leaf: Leaf, faults?: ReadonlyMap<string, string>): boolean {
    return faults?.has(leaf.key) !== true && (leaf.kind === 'formula' || this.options.missing(leaf) === undefined)
  }

  private writable(leaf: Leaf, faults?: ReadonlyMap<string, string>): Leaf | undefined {
    if (this.sound(leaf, faults)) return leaf
    const good = this.good.get(leaf.key)
    return good === leaf && faults?.has(leaf.key) === true ? undefined : good
  }

  /** Shows a change at once and converts it soon, or now. */
  edit(condition: Condition, edit: Edit = {}, now = true): void {
    this.turn++
    this.joins.add(edit.join)
    clearTimeout(this.timer)
    startsConverting(this)
    this.show({ condition })
    this.timer = setTimeout(() => void this.write(), now ? 0 : pause)
  }

  private write(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const turn = this.turn
    this.running = this.convert(turn).catch((error: unknown) => this.fail(turn, error, () => void this.write()))
    return this.running
  }

  // Converts what can be written. What the server finds fault with is left as it was.
  private async convert(turn: number): Promise<void> {
    const { condition } = this.snapshot
    if (condition === undefined) return
    const faults = new Map<string, string>()
    for (;;) {
      const sent = toWire(condition, (part) => this.writable(part, faults))
      // Each answer decides what the next question leaves out.
      // oxlint-disable-next-line no-await-in-loop
      const answer = await this.options.convert({ tree: sent.tree })
      if (turn !== this.turn) return
      if (answer.tree !== undefined) return this.accept(condition, sent, answer, answer.tree, faults)
      const fault = answer.errors[0]
      const key = sent.keys.get(fault?.node ?? '') ?? condition.root.key
      const known = faults.has(key)
      faults.set(key, fault?.message ?? 'This condition cannot be written.')
      if (known || !sent.leaves.some((leaf) => holds(leaf, key))) {
        this.end()
        this.show({ faults, error: undefined })
        return
      }
    }
  }

  private accept(
    condition: Condition,
    sent: Sent,
    answer: Visual,
    tree: NonNullable<Visual['tree']>,
    faults: ReadonlyMap<string, string>,
  ): void {
    const joins = [...this.joins]
    const [join] = joins
    this.end()
    const names = namesOf(sent, tree)
    const labels = new Map<string, string>()
    for (const row of rowsOf(fromWire(tree, false).root)) labels.set(row.field, row.label)
    const next = withRoot(condition, withLabels(condition.root, labels))
    this.keep(next, faults)
    this.show({
      condition: next,
      expression: answer.expression,
      faults,
      names,
      broken: [],
      error: undefined,
    })
    if (answer.expression === (this.told.at(-1) ?? this.given)) return
    this.told.push(answer.expression)
    this.options.onChange(answer.expression, joins.length === 1 && join !== undefined ? { join } : {})
  }

  private end(): void {
    this.joins.clear()
    endsConverting(this)
  }

  private fail(turn: number, error: unknown, retry: () => void): void {
    if (turn !== this.turn) return
    this.show({ error: error instanceof Error ? error : new Error(String(error)) })
    this.timer = setTimeout(() => {
      this.timer = undefined
      retry()
    }, again)
  }

  /** Converts what is waiting at once. */
  async flush(): Promise<void> {
    if (this.timer !== undefined && this.joins.size > 0) await this.write()
    else await this.running
    if (this.joins.size > 0 && this.timer !== undefined && this.snapshot.error !== undefined) throw this.snapshot.error
  }
}

const holds = (leaf: Leaf, key: string): boolean =>
  leaf.key === key ||
  (leaf.kind === 'row' && leaf.where !== undefined && leavesWithin(leaf.where).some((l) => l.key === key))

// Rows and formulas are written in their order, so that they are told apart by it.
// Nothing when they are not the same ones, as when a formula was read as rows.
function namesOf({ leaves, tree: sent }: Sent, tree: NonNullable<Visual['tree']>): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const left = [...leaves]
  if (tree.when !== undefined && sent.when === undefined) {
    const at = left.findIndex((l) => l.kind === 'row' && l.field === kindField)
    const [row] = at < 0 ? [] : left.splice(at, 1)
    if (row !== undefined) names.set('when', row.key)
  }
  const read = leavesOf(tree)
  if (read.length !== left.length) return new Map()
  left.forEach((leaf, i) => names.set(read[i]?.id ?? '', leaf.key))
  return names
}
