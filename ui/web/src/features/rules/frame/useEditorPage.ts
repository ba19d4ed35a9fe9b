import { useEffect } from 'react'

/** Tells the frame of all pages that an editor is open: on phones it takes the whole screen. */
export function useEditorPage(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    dataset['editor'] = ''
    return () => {
      delete dataset['editor']
    }
  }, [])
}
