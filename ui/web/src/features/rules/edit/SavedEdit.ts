import { ProblemError } from '@/api/problem'
import { contentOf, type RuleInput, sameContent } from './content'
import { begin, type Edit, edited, type History, redone, undone } from './history'
import { type Base, forget, found, keep, newPlace } from './kept'
import type { RuleServer, Stored } from './server'
import { conflictOf, type EditState } from './state'

const pause = 800 // milliseconds after an edit, then it is saved

export interface Options {
  readonly server: RuleServer
  /** Whose edit it is: nobody else finds what this browser keeps of it. */
  readonly owner: string
  /** Where a new rule was kept that never reached the server. */
  readonly place?: string
  /** What is on its way into the rule, such as rows that are being written as text. */
  readonly settled?: () => Promise<void>
  readonly now?: () => number
}

/**
 * The edit of one rule: its history, and its draft on the server, which is written a
 * moment after each edit. Until the server has it, it is kept in the browser. Where
 * somebody else changed the rule meanwhile, neither edit is overwritten.
 */
export class SavedEdit {
  protected state: EditState
  protected history: History<RuleInput>
  protected base: Base = { etag: '', version: 0, draftAt: '' }
  /** The published version that the edit was made from. */
  protected basedOn = 0
  /** What the server has, in its way of writing, and whether that would be on once published. */
  protected stored: { rule: RuleInput; on: boolean } | undefined
  /** The last edit that was saved, and how the server writes it. */
  private written: { mine: RuleInput; theirs: RuleInput } | undefined
  /** The rule as somebody else left it, until it is decided which one stays. */
  protected other: Stored | undefined
  protected place: string
  private timer: ReturnType<typeof setTimeout> | undefined
  protected running: Promise<void> | undefined
  private preparing: Promise<void> | undefined
  /** A new rule that the server has made, as long as it could not be read back. */
  private made: { id: string; rule: RuleInput } | undefined
  private readonly watchers = new Set<() => void>()
  protected readonly server: RuleServer
  protected readonly owner: string
  private readonly settled: () => Promise<void>
  private readonly now: () => number

  /** Begins with a rule as it is stored, or with a new one. What was kept in this browser is taken up again; flush saves it. */
  constructor(start: Stored | RuleInput, { server, owner, place, settled = async () => {}, now = Date.now }: Options) {
    this.server = server
    this.owner = owner
    this.settled = settled
    this.now = now
    const stored = 'etag' in start ? start : undefined
    const first = contentOf('etag' in start ? (start.draft?.rule ?? start.rule) : start)
    this.history = begin(first)
    this.place = stored?.rule.id ?? place ?? newPlace()
    this.state = {
      id: stored?.rule.id,
      rule: first,
      canUndo: false,
      canRedo: false,
      live: undefined,
      managed: stored?.rule.managed ?? '',
      draft: undefined,
      faults: undefined,
      sentence: [],
      saving: { kind: 'none' },
      conflict: undefined,
      foundAt: undefined,
    }
    if (stored) {
      this.adopt(stored)
      this.basedOn = stored.draft?.basedOn ?? stored.rule.version
      if (stored.draft?.outdated) this.set({ conflict: conflictOf('published', stored) })
    }
    this.findAgain()
  }

  read = (): EditState => this.state

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  change = (rule: RuleInput, edit: Edit = {}): void => this.move(edited(this.history, rule, edit, this.now()))
  undo = (): void => this.move(undone(this.history))
  redo = (): void => this.move(redone(this.history))

  /** Saves what is not saved yet. Never throws: what went wrong is in the state. */
  flush = (): Promise<void> => {
    clearTimeout(this.timer)
    this.running ??= this.save().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Saves everything, a new rule too that nobody has edited yet: what is missing is known then. */
  prepare(): Promise<void> {
    this.preparing ??= this.saveAll().finally(() => {
      this.preparing = undefined
    })
    return this.preparing
  }

  private async saveAll(): Promise<void> {
    // What was running may have begun before the last edit settled.
    await this.running
    await this.flush()
    if (this.state.id === undefined) await this.store(this.history.present)
  }

  private move(history: History<RuleInput>): void {
    if (history === this.history) return
    this.history = history
    this.set({ rule: history.present, canUndo: history.past.length > 0, canRedo: history.future.length > 0 })
    if (!this.isDirty()) return
    const kept = this.keep()
    const { saving } = this.state
    this.set({ saving: saving.kind === 'failed' ? { ...saving, kept } : { kind: 'waiting' } })
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), pause)
  }

  protected keep = (): boolean =>
    keep(this.owner, this.place, { rule: this.history.present, base: this.base, basedOn: this.basedOn, at: this.now() })

  protected isDirty = (): boolean => this.stored === undefined || !this.isAs(this.history.present, this.stored.rule)

  // The server writes some values in its own way, such as "24h0m0s" for "24h".
  protected isAs(mine: RuleInput, theirs: RuleInput): boolean {
    const { written } = this
    return (
      sameContent(mine, theirs) ||
      (written !== undefined && sameContent(mine, written.mine) && sameContent(theirs, written.theirs))
    )
  }

  protected async save(): Promise<void> {
    try {
      await this.settled()
    } catch (error) {
      this.fail(error)
      return
    }
    // What was edited and taken back needs no saving, as long as the server still has it.
    if (this.state.saving.kind === 'waiting' && !this.isDirty() && !this.isStuck() && !(await this.isThere())) return
    while (this.isDirty() && !this.isStuck() && (this.state.id !== undefined || this.history.past.length > 0)) {
      // One after the other: each needs the tag that the one before got.
      // oxlint-disable-next-line no-await-in-loop
      if (!(await this.store(this.history.present))) return
    }
    if (!this.isDirty() && !this.isStuck()) forget(this.owner, this.place)
    if (this.state.saving.kind === 'waiting' && !this.isStuck())
      this.set({ saving: this.state.id === undefined ? { kind: 'none' } : { kind: 'saved', at: this.now() } })
  }

  // Asks whether the server still has what was saved; what it lacks by now is dirty again. False when it could not be asked.
  private async isThere(): Promise<boolean> {
    const { id } = this.state
    if (id === undefined) return true
    try {
      const now = await this.server.load(id)
      if (now.etag !== this.base.etag) this.meet(now)
      return true
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) this.gone()
      else this.fail(error)
      return false
    }
  }

  protected gone(): void {
    this.set({ conflict: { kind: 'deleted' } })
    this.keep()
  }

  // As long as nobody has decided between two edits, neither is overwritten.
  protected isStuck = (): boolean => this.state.conflict !== undefined && this.state.conflict.kind !== 'published'

  protected async store(rule: RuleInput): Promise<boolean> {
    try {
      await this.send(rule)
      this.set({ saving: this.isDirty() ? { kind: 'waiting' } : { kind: 'saved', at: this.now() } })
      return true
    } catch (error) {
      try {
        if (await this.resolved(error)) return true
        if (!this.isStuck()) throw error
        this.keep()
      } catch (worse) {
        this.fail(worse)
      }
      return false
    }
  }

  private fail(error: unknown): void {
    const known = error instanceof Error ? error : new Error(String(error))
    this.set({ saving: { kind: 'failed', error: known, kept: this.keep() } })
  }

  private async send(rule: RuleInput): Promise<void> {
    const { id, live } = this.state
    if (id === undefined) {
      this.made ??= { id: await this.server.create({ ...rule, enabled: true }), rule }
      const { id: created, rule: sent } = this.made
      this.adopt(await this.server.load(created))
      this.made = undefined
      forget(this.owner, this.place)
      this.place = created
      if (this.stored) this.written = { mine: sent, theirs: this.stored.rule }
      this.set({ id: created })
    } else if (live && this.basedOn === live.version && this.isAs(rule, live)) {
      // Back at what is published: there is nothing left to keep as a draft.
      if (this.base.draftAt !== '') await this.server.discard(id, this.base.etag)
      await this.reload()
    } else {
      const { value, etag } = await this.server.saveDraft(id, { ...rule, enabled: true }, this.base.etag, this.basedOn)
      this.base = { ...this.base, etag, draftAt: value.updatedAt }
      this.stored = { rule: contentOf(value.rule), on: value.rule.enabled }
      this.written = { mine: rule, theirs: this.stored.rule }
      this.set({ draft: value, faults: value.faults, sentence: value.rule.sentence })
    }
  }

  /** Looks at what somebody else changed; true when saving can go on. */
  protected async resolved(error: unknown): Promise<boolean> {
    const { id } = this.state
    if (!(error instanceof ProblemError) || id === undefined) return false
    if (error.status === 404) this.gone()
    return error.conflict && this.meet(await this.server.load(id))
  }

  // Takes notice of what somebody else made of the rule; true when the edit can be saved beside it.
  protected meet(now: Stored): boolean {
    const theirs = now.draft && now.draft.updatedAt !== this.base.draftAt ? now.draft.rule : undefined
    const known = theirs === undefined || this.isAs(this.history.present, theirs)
    if (!known && !(this.stored && sameContent(theirs, this.stored.rule))) {
      this.other = now
      this.set({ conflict: conflictOf('draft', now) })
      return false
    }
    const published = now.rule.version !== this.base.version
    this.adopt(now)
    this.stored = undefined
    if (published) this.set({ conflict: conflictOf('published', now) })
    return true
  }

  protected async reload(): Promise<void> {
    if (this.state.id !== undefined) this.adopt(await this.server.load(this.state.id))
  }

  protected adopt({ etag, rule, draft }: Stored): void {
    const shown = draft?.rule ?? rule
    this.base = { etag, version: rule.version, draftAt: draft?.updatedAt ?? '' }
    this.stored = { rule: contentOf(shown), on: shown.enabled }
    this.set({
      live: rule.version > 0 ? rule : undefined,
      draft,
      faults: draft?.faults ?? [],
      sentence: shown.sentence,
    })
  }

  private findAgain(): void {
    const kept = found(this.owner, this.place)
    if (kept === undefined) return
    if (sameContent(kept.rule, this.history.present)) {
      forget(this.owner, this.place)
      return
    }
    this.history = edited(this.history, contentOf(kept.rule), {}, this.now())
    this.set({ rule: this.history.present, canUndo: true, saving: { kind: 'waiting' }, foundAt: kept.at })
    // With the tag of then, the server tells whether somebody changed the rule since.
    if (this.state.id !== undefined) {
      this.base = kept.base
      this.basedOn = kept.basedOn
      this.stored = undefined
    }
  }

  protected set(change: Partial<EditState>): void {
    this.state = { ...this.state, ...change }
    for (const watcher of this.watchers) watcher()
  }
}
