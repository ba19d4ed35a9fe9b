import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

// Everything comes from the page's variables, which know both colour schemes.
const look = EditorView.theme({
  '&': { color: 'var(--pb-text)', backgroundColor: 'transparent', fontSize: 'var(--code-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--code-font)', lineHeight: 'var(--code-line)', overflow: 'auto' },
  '.cm-content': {
    padding: 'var(--code-space) 0',
    caretColor: 'var(--pb-text)',
    minHeight: 'var(--code-height)',
    minWidth: '0', // what is wide is cut short, not the field made wider
  },
  '.cm-line': { padding: '0 10px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--pb-text)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--pb-accent) 24%, transparent)',
  },
  '.cm-content ::selection': { backgroundColor: 'color-mix(in srgb, var(--pb-accent) 24%, transparent)' },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
  '.cm-specialChar': { color: 'var(--pb-bad)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--pb-selected)',
    outline: '1px solid var(--pb-accent)',
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'var(--pb-bad-tint)',
    color: 'var(--pb-bad)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--pb-bad) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--pb-bad)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--pb-surface)',
    color: 'var(--pb-text)',
    border: '1px solid var(--pb-line)',
    borderRadius: '6px',
    boxShadow: 'var(--mantine-shadow-md)',
    fontSize: '14px',
    lineHeight: '20px',
    maxWidth: 'min(480px, calc(100vw - 24px))',
    overflowWrap: 'anywhere',
    zIndex: '400',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '280px', minWidth: '220px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'baseline',
    gap: '8px',
    padding: '6px 10px',
    lineHeight: '20px',
    minHeight: 'var(--code-option)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--pb-selected)', color: 'var(--pb-text)' },
  '.cm-completionLabel': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': {
    fontStyle: 'normal',
    color: 'var(--pb-second)',
    marginInlineStart: 'auto',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    maxWidth: '50%',
  },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: 'min(340px, calc(100vw - 24px))' },
  '.cm-tooltip-lint': { padding: '0' },
  '.cm-diagnostic': { padding: '6px 12px', borderInlineStart: '0' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--pb-bad)' },
})

const colours = HighlightStyle.define([
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--pb-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--pb-moving)' },
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--pb-draft)' },
  { tag: tags.function(tags.variableName), color: 'var(--pb-accent)' },
  { tag: tags.comment, color: 'var(--pb-second)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--pb-bad)' },
])

/** How code looks, in light and dark. */
export const appearance = [look, syntaxHighlighting(colours)]
