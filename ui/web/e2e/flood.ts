import { connect } from 'node:net'

const sockets = 16
const together = 40 // requests that are under way on one connection

/** Sends as many requests as the server takes, over few connections; fails when one is refused. */
export async function flood(url: string, path: string, count: number, bodyOf: (i: number) => string): Promise<void> {
  const { hostname, port, host } = new URL(url)
  const left = Array.from({ length: count }, (_, i) => i)
  const request = (i: number) => {
    const body = bodyOf(i)
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
    return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  }
  const one = () =>
    new Promise<void>((done, fail) => {
      const socket = connect({ host: hostname, port: Number(port) })
      let open = 0
      let rest = ''
      const fill = () => {
        for (const i of left.splice(0, together - open)) {
          open++
          socket.write(request(i))
        }
        if (open === 0) socket.end()
      }
      socket.on('connect', fill)
      socket.on('data', (data: Buffer) => {
        rest += data.toString('latin1')
        const answers = [...rest.matchAll(/HTTP\/1\.1 (\d{3})/g)]
        const refused = answers.find(([, status]) => status?.[0] !== '2')
        if (refused) socket.destroy(new Error(`a request was answered with ${refused[1]}`))
        open -= answers.length
        rest = rest.slice(-12).replace(/HTTP\/1\.1 \d{3}/g, '')
        if (open < together / 2) fill()
      })
      socket.on('error', fail)
      socket.on('close', () => done())
    })
  await Promise.all(Array.from({ length: Math.min(sockets, count) }, one))
}
