import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

const much = 200 // characters

/**
 * Takes text that comes in one piece, as from dictation or a program that writes for
 * people, without letting the browser write it first: that takes minutes for many lines.
 */
export const bulkInput: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, cancelable } = event
    if (inputType !== 'insertText' || data === null || data.length < much || !cancelable || view.state.readOnly)
      return false
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input', scrollIntoView: true })
    return true
  },
})
