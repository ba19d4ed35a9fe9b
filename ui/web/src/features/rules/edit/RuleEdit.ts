import { ProblemError } from '@/api/problem'
import { contentOf } from './content'
import { forget } from './kept'
import { SavedEdit } from './SavedEdit'
import { conflictOf } from './state'

/** What came of publishing: done, or what stands in the way is in the state. */
export type Published = 'published' | 'faults' | 'conflict'

/** One rule while it is edited, and what is done with it as a whole: published, turned on and off, settled with what others made of it. */
export class RuleEdit extends SavedEdit {
  /** Makes the edit the rule that is at work. Throws when the server does not take it. */
  async publish(): Promise<Published> {
    await this.prepare()
    if (this.stored?.on === false && this.base.draftAt !== '') await this.store(this.history.present)
    const { id, live, faults, saving } = this.state
    if (saving.kind === 'failed') throw saving.error
    if (id === undefined || this.isStuck()) return 'conflict'
    if (faults && faults.length > 0) return 'faults'
    if (this.base.draftAt !== '') {
      const came = await this.publishDraft(id)
      if (came !== 'published') return came
    } else if (live?.enabled === false) await this.server.turn(id, true)
    await this.reload()
    this.basedOn = this.base.version
    this.set({ conflict: undefined })
    return 'published'
  }

  turnOff = (): Promise<void> => this.turn(false)

  /** Lets the published rule work again, whatever is edited. */
  turnOn = (): Promise<void> => this.turn(true)

  private async turn(on: boolean): Promise<void> {
    if (this.state.id === undefined) return
    await this.flush()
    await this.server.turn(this.state.id, on)
    await this.reload()
  }

  /** Takes what the other person made, as an edit that can be undone. */
  async takeTheirs(): Promise<void> {
    const { conflict } = this.state
    if (conflict === undefined || conflict.kind === 'deleted') return
    this.decide()
    this.change(conflict.theirs)
    await this.flush()
  }

  /** Goes on with what is edited here, knowing of the other change. */
  async takeMine(): Promise<void> {
    this.decide()
    this.stored = undefined
    await this.flush()
  }

  /** Stores what is edited here as a rule of its own, and returns its id. */
  async keepBoth(): Promise<string> {
    const { rule, conflict } = this.state
    const name = conflict?.kind === 'deleted' ? rule.name : `${rule.name} (copy)`
    const copy = await this.server.create({ ...rule, name, enabled: true })
    forget(this.owner, this.place)
    return copy
  }

  /** Drops the edit: the published rule is shown again, and undo brings the edit back. */
  async discard(): Promise<void> {
    const { live } = this.state
    if (live === undefined) return
    this.decide()
    this.change(contentOf(live))
    await this.flush()
  }

  /** Looks whether the draft that was saved here is still there, once it is heard that the rule was changed. */
  hear = async (etag: string): Promise<void> => {
    if (etag === this.base.etag) return undefined // it was this page that changed it
    this.running ??= this.look()
      .then(() => this.save())
      .finally(() => {
        this.running = undefined
      })
    return this.running
  }

  private async look(): Promise<void> {
    const { id, draft } = this.state
    if (id === undefined || draft?.updatedBy !== this.owner || this.isDirty() || this.isStuck()) return
    try {
      const now = await this.server.load(id)
      if (now.draft?.updatedAt === this.base.draftAt || this.isDirty()) return
      if (now.draft === undefined && this.isAs(this.history.present, contentOf(now.rule))) {
        this.adopt(now)
        this.basedOn = now.rule.version
        this.set({ saving: { kind: 'none' } })
      } else if (now.draft === undefined && now.rule.version === this.base.version) {
        this.other = now
        this.keep()
        this.set({ saving: { kind: 'none' }, conflict: conflictOf('discarded', now) })
      } else this.meet(now)
    } catch (error) {
      // What cannot be asked now is asked when the next edit is saved.
      if (error instanceof ProblemError && error.status === 404) this.gone()
    }
  }

  private decide(): void {
    if (this.other) this.adopt(this.other)
    this.other = undefined
    this.basedOn = this.base.version
    this.set({ conflict: undefined })
  }

  private async publishDraft(id: string): Promise<Published> {
    const before = this.state.conflict
    try {
      await this.server.publish(id, this.base.etag)
      return 'published'
    } catch (error) {
      if (error instanceof ProblemError && error.status === 422 && error.fields.length > 0) {
        this.set({ faults: error.fields })
        return 'faults'
      }
      if (!(await this.resolved(error))) {
        if (this.isStuck()) return 'conflict'
        throw error
      }
      await this.flush()
      if (this.state.conflict !== before) return 'conflict'
      await this.server.publish(id, this.base.etag)
      return 'published'
    }
  }
}
