import { useMemo, useState } from 'react'
import classes from './preview.module.css'

/**
 * The HTML of a mail in a frame of its own, in which no script runs, nothing is loaded and no
 * link leads anywhere. Its styles are put in by hand: the policy of the page refuses them in the text.
 */
export function FormattedMail({ html }: { html: string }) {
  const page = useMemo(() => harmless(html), [html])
  const [height, setHeight] = useState(120)
  return (
    <iframe
      title="The mail, formatted"
      className={classes.frame}
      style={{ height }}
      sandbox="allow-same-origin"
      srcDoc={page}
      onLoad={(e) => {
        const inside = e.currentTarget.contentDocument
        if (inside === null) return
        for (const element of inside.querySelectorAll<HTMLElement>('[data-look]'))
          element.style.cssText = element.dataset['look'] ?? ''
        setHeight(Math.min(800, inside.documentElement.scrollHeight + 8))
      }}
    />
  )
}

const dropped = 'script, link, meta, base, iframe, object, embed, form, input, button, textarea, select, video, audio'
const within = /<[a-z][^>]*>/gi

function harmless(html: string): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
  // Renamed in the text already, so that the browser has nothing to refuse; what is missed here is taken out below.
  const quiet = html.replaceAll(within, (tag) =>
    tag
      .replace(/^<style\b/i, `<style nonce="${nonce}"`)
      .replaceAll(/\sstyle\s*=/gi, ' data-look=')
      .replaceAll(/\son[a-z]+\s*=/gi, ' data-gone='),
  )
  const page = new DOMParser().parseFromString(quiet, 'text/html')
  for (const element of page.querySelectorAll(dropped)) element.remove()
  for (const image of page.querySelectorAll('img')) {
    if (image.getAttribute('src')?.startsWith('data:') !== true) image.replaceWith(`[${image.alt || 'picture'}]`)
  }
  for (const element of page.querySelectorAll('*')) {
    for (const name of element.getAttributeNames())
      if (name.startsWith('on') || name === 'style' || name === 'srcset' || name === 'background')
        element.removeAttribute(name)
    const target = element.getAttribute('href')
    if (target === null) continue
    element.removeAttribute('href')
    element.setAttribute('title', target)
    if (!element.hasAttribute('data-look'))
      element.setAttribute('data-look', 'color: #1a5fb4; text-decoration: underline')
  }
  return `<!doctype html>${page.documentElement.outerHTML}`
}
