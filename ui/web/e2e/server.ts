import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'

export const admin = { email: 'ann@example.com', password: 'correct horse battery' }

interface Options {
  /** Without an administrator the server prints a set-up link. */
  withAdmin?: boolean
  flags?: readonly string[]
}

/** A running Patchbay with a data directory of its own. */
export class Server {
  url = ''
  setupLink = ''
  private token = ''
  private process: ChildProcess | undefined
  private readonly dir = mkdtempSync(join(tmpdir(), 'patchbay-data-'))
  private readonly options: Options

  constructor(options: Options) {
    this.options = options
  }

  /** Starts on a free port, or again on the one it had. */
  async start(): Promise<void> {
    const { withAdmin = true, flags = [] } = this.options
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PATCHBAY_')))
    const child = spawn(binary(), ['serve', '--data', this.dir, '--listen', listen, '--log-format', 'json', ...flags], {
      env: withAdmin ? { ...env, PATCHBAY_ADMIN_EMAIL: admin.email, PATCHBAY_ADMIN_PASSWORD: admin.password } : env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process = child
    let log = ''
    child.stdout.on('data', (data: Buffer) => {
      this.setupLink = /administrator: (\S+)/.exec(data.toString())?.[1] ?? this.setupLink
    })
    await new Promise<void>((ready, fail) => {
      child.once('exit', (code) => fail(new Error(`the server ended with ${code}\n${log}`)))
      child.stderr.on('data', (data: Buffer) => {
        log += data.toString()
        const address = /"msg":"serving","address":"([^"]+)"/.exec(log)?.[1]
        if (address === undefined) return
        this.url = address
        ready()
      })
    })
    if (!withAdmin) await expect.poll(() => this.setupLink).not.toBe('')
  }

  /** Ends it without any time to put things in order. */
  kill = (): Promise<void> => this.stop('SIGKILL')

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.process
    this.process = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Runs a command of the program on this server's data. */
  command(...args: string[]): string {
    return execFileSync(binary(), [...args, '--data', this.dir], { encoding: 'utf8' })
  }

  /** Calls the API with a token that may do everything; the path begins after /api/v1. */
  async api<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
    const text = await this.text(method, path, body === undefined ? undefined : JSON.stringify(body), more)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** As api, with bodies as they are written. */
  async text(method: string, path: string, body?: string, more: Record<string, string> = {}): Promise<string> {
    if (this.token === '') {
      this.token = (JSON.parse(this.command('token', 'create', '--output', 'json')) as { token: string }).token
    }
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json', ...more },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    expect(response.ok, `${method} ${path}: ${text}`).toBe(true)
    return text
  }

  /** Signs in through the page. */
  async signIn(page: Page, as = admin): Promise<void> {
    await page.goto(`${this.url}/sign-in`)
    await page.getByLabel('Email').fill(as.email)
    await page.getByLabel('Password', { exact: true }).fill(as.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor({ state: 'attached' })
  }
}

function binary(): string {
  const path = process.env['PATCHBAY_BINARY']
  if (path === undefined) throw new Error('the program was not built')
  return path
}

/** One server for all tests of a file. Call it at the top of the file. */
export function aServer(options: Options = {}): Server {
  const server = new Server(options)
  test.beforeAll(() => server.start())
  test.afterAll(async () => {
    await server.stop()
    server.remove()
  })
  return server
}
