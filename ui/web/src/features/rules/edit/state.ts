import type { Schemas } from '@/api/client'
import { contentOf, type Fault, type Rule, type RuleInput } from './content'
import type { Stored } from './server'

export type Saving =
  | { readonly kind: 'none' | 'waiting' }
  | { readonly kind: 'saved'; readonly at: number }
  /** kept: this browser has it, so that it is found again. */
  | { readonly kind: 'failed'; readonly error: Error; readonly kept: boolean }

/** Somebody else changed the rule while it was edited here. */
export type Conflict =
  /**
   * published: the edit is stored as a draft all the same. draft: it is only in this browser until somebody
   * decides. discarded: so it is, because somebody threw away the draft; theirs is what is published.
   */
  | {
      readonly kind: 'published' | 'draft' | 'discarded'
      readonly by: string
      readonly at: string
      readonly theirs: RuleInput
    }
  | { readonly kind: 'deleted' }

/** What the editor shows. */
export interface EditState {
  /** Undefined until the rule is stored. */
  readonly id: string | undefined
  readonly rule: RuleInput
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** The published rule; undefined when it never was. */
  readonly live: Rule | undefined
  /** The file that manages the rule; "" for none. */
  readonly managed: string
  /** The unpublished edit as it is stored: whose it is, and since when. */
  readonly draft: Schemas['DraftInfo'] | undefined
  /** What keeps the edit from being published, as far as the server has it; undefined before it was asked. */
  readonly faults: readonly Fault[] | undefined
  readonly sentence: readonly Schemas['SentencePart'][]
  readonly saving: Saving
  readonly conflict: Conflict | undefined
  /** When an edit that was found again in this browser was made, in milliseconds. */
  readonly foundAt: number | undefined
}

export function conflictOf(kind: 'published' | 'draft' | 'discarded', { rule, draft }: Stored): Conflict {
  return kind === 'draft' && draft
    ? { kind, by: draft.updatedBy, at: draft.updatedAt, theirs: contentOf(draft.rule) }
    : {
        kind: kind === 'discarded' ? kind : 'published',
        by: rule.published?.by ?? '',
        at: rule.published?.at ?? rule.updatedAt,
        theirs: contentOf(rule),
      }
}
