import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Builds the program once for all specs, with the pages as they are in dist. */
// oxlint-disable-next-line import/no-default-export -- Playwright asks for one
export default function build(): void {
  if (process.env['PATCHBAY_BINARY'] !== undefined) return
  const binary = join(mkdtempSync(join(tmpdir(), 'patchbay-e2e-')), 'patchbay')
  execFileSync('go', ['build', '-o', binary, './cmd/patchbay'], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: 'inherit',
  })
  process.env['PATCHBAY_BINARY'] = binary
}
