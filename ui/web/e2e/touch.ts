import type { Page } from '@playwright/test'

/** What is pressed on a phone and leaves the finger less than 44 px: "26x26 Show what I typed". Links within a sentence are as tall as its lines. */
export async function tooSmall(page: Page): Promise<string[]> {
  await page.evaluate(() => document.fonts.ready)
  return page.evaluate(() => {
    const controls = 'a[href], button, input, select, textarea, summary, [role="switch"], [role="option"]'
    const least = 43.5
    // What lies around a control hears the finger for it: its label, its frame, an area made for that.
    const around = (e: Element): Element[] => {
      const labels = e instanceof HTMLInputElement ? [...(e.labels ?? [])] : []
      const frame = e.closest('.mantine-Input-wrapper, .mantine-Checkbox-body, .mantine-Radio-body')
      return [e, ...labels, ...(frame && e.matches('input, select, textarea') ? [frame] : [])]
    }
    const sizesOf = (e: Element): [number, number][] => {
      const { width, height } = e.getBoundingClientRect()
      const area = getComputedStyle(e, '::after')
      const isArea = area.content !== 'none' && area.position === 'absolute'
      return [
        [width, height],
        ...(isArea ? [[parseFloat(area.width), parseFloat(area.height)] as [number, number]] : []),
      ]
    }
    const inSentence = (e: Element) =>
      e.matches('a') &&
      getComputedStyle(e).display === 'inline' &&
      (e.parentElement?.textContent.length ?? 0) > e.textContent.length + 3
    return [...document.querySelectorAll(controls)].flatMap((e) => {
      const { width: w, height: h, right } = e.getBoundingClientRect()
      const shown = e.checkVisibility({ checkVisibilityCSS: true }) && w > 1 && h > 1 && right > 0
      if (!shown || e.closest('[inert]') || e.matches('[class*="skip"]') || inSentence(e)) return []
      const sizes = around(e).flatMap(sizesOf)
      const [width, height] = [Math.max(...sizes.map(([x]) => x)), Math.max(...sizes.map(([, y]) => y))]
      if (width >= least && height >= least) return []
      return [`${Math.round(width)}x${Math.round(height)} ${e.getAttribute('aria-label') ?? e.textContent.trim()}`]
    })
  })
}
