import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type axeCore from 'axe-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const widths = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } }

// Each colour scheme and each width once; all four pairs when asked for, which takes twice as long.
const pairs =
  process.env['PATCHBAY_E2E_PAIRS'] === 'all'
    ? ([
        ['light', 'desktop'],
        ['dark', 'desktop'],
        ['dark', 'phone'],
        ['light', 'phone'],
      ] as const)
    : ([
        ['dark', 'desktop'],
        ['light', 'phone'],
      ] as const)

/** Fails when anything of WCAG 2.2 AA is broken, in both colour schemes and at both widths, or when a phone scrolls sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize() ?? widths.desktop
  for (const [colorScheme, width] of pairs) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(widths[width])
    await page.evaluate(() => document.fonts.ready)
    await page.evaluate(settled)
    await page.evaluate(axe)
    const found = await page.evaluate((only) => {
      // What lies beneath a dialog can be neither pressed nor heard.
      const dialogs = [...document.querySelectorAll('[role="dialog"][aria-modal="true"]')]
      const top = dialogs.findLast((dialog) => dialog.checkVisibility()) ?? document
      return (globalThis as unknown as { axe: typeof axeCore }).axe.run(top, { runOnly: only, preload: false })
    }, rules)
    const broken = found.violations.map(
      (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} ${n.failureSummary}`).join('; ')}`,
    )
    expect(broken, `${colorScheme}, ${width}, ${page.url()}`).toEqual([])
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (width === 'phone') {
      expect(sideways, `${colorScheme}: the phone scrolls sideways at ${page.url()}`).toBeLessThanOrEqual(0)
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
  await page.setViewportSize(before)
}

/** Waits until no colour or place changes any more: half way from dark to light nothing can be read. */
async function settled(): Promise<void> {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const changes = document.getAnimations().filter((a) => a instanceof CSSTransition)
  await Promise.allSettled(changes.map((a) => a.finished))
}

/** Collects what the browser complains about, such as the policy of the page. Expect it to be empty at the end. */
export function watchConsole(page: Page): string[] {
  const said: string[] = []
  page.on('console', (m) => {
    // That a request was refused is what some tests are about.
    if (['error', 'warning'].includes(m.type()) && !m.text().startsWith('Failed to load resource')) said.push(m.text())
  })
  page.on('pageerror', (e) => said.push(e.message))
  return said
}

/** Signs out through the page, which is loaded anew. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Your menu/ }).click()
  const away = page.waitForURL(/\/sign-in$/)
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await away
}
