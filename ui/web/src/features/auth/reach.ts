export type Reach = 'computer' | 'network' | 'public' | 'unreadable'

/** From where an address can be reached, as far as its name tells. */
export function reachOf(address: string): Reach {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'unreadable'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (/^(localhost|.+\.localhost|127(\.\d+){3}|::1|0\.0\.0\.0)$/.test(host)) return 'computer'
  if (
    /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|169\.254(\.\d+){2}|f[cd].*:.*|fe80:.*)$/.test(
      host,
    )
  )
    return 'network'
  return /\.(local|lan|internal|home\.arpa)$/.test(host) || !host.includes('.') ? 'network' : 'public'
}

/** What that means for the apps that send here. */
export const reachWords: Record<Reach, string> = {
  computer: 'Works only on this computer. Other apps cannot reach it.',
  network: 'Works only in your own network. Apps on the internet cannot reach it.',
  public: 'Looks public.',
  unreadable: 'Write it like https://hooks.example.com.',
}
