import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@playwright/test'

export interface Arrived {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** A destination on this machine that keeps what it gets. */
export class Sink {
  url = ''
  readonly arrived: Arrived[] = []
  /** What the next requests are answered with; status 0 breaks off without an answer. */
  answer = { status: 200, body: 'ok' }
  private server: Server | undefined

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request
        this.arrived.push({ method, path, headers, body: Buffer.concat(parts).toString('utf8') })
        if (this.answer.status === 0) request.socket.destroy()
        else response.writeHead(this.answer.status).end(this.answer.body)
      })
    })
    this.server = server
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server?.closeAllConnections()
    this.server?.close()
  }
}

/** A destination for all tests of a file; the server needs the flags --allow-private 127.0.0.1 to call it. */
export function aSink(): Sink {
  const sink = new Sink()
  test.beforeAll(() => sink.start())
  test.afterAll(() => sink.stop())
  return sink
}
