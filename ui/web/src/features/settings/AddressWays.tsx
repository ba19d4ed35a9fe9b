import { Card, List, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { CodeBlock } from '@/components/CodeBlock'

// Where the program listens, as far as this page can tell.
const local = () => {
  const { hostname, port } = window.location
  return `127.0.0.1:${/^(localhost|127\.|\[::1\])/.test(hostname) && port !== '' ? port : '8080'}`
}

/** The two ways to an address that the internet can reach. */
export function AddressWays() {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Card component="section" aria-labelledby="domain">
        <Stack gap="sm">
          <Title order={2} id="domain">
            I have a domain
          </Title>
          <List type="ordered" spacing="xs">
            <List.Item>
              Let a name of it, such as hooks.example.com, lead to this server (an A or AAAA record).
            </List.Item>
            <List.Item>Put a web server with a certificate in front. For Caddy two lines are enough:</List.Item>
          </List>
          <CodeBlock code={`hooks.example.com {\n  reverse_proxy ${local()}\n}`} what="the configuration" />
          <Text>Then write https://hooks.example.com above, save, and check that it leads here.</Text>
        </Stack>
      </Card>
      <Card component="section" aria-labelledby="tunnel">
        <Stack gap="sm">
          <Title order={2} id="tunnel">
            Get a public address now
          </Title>
          <Text>
            A tunnel gives this computer an address without a domain and without opening a port. Patchbay can open one
            itself, through an SSH server or through ngrok; it then uses the address that the server gives:
          </Text>
          <CodeBlock code="patchbay serve --tunnel ssh://nokey@localhost.run" what="the command" wrap />
          <CodeBlock code="NGROK_AUTHTOKEN=… patchbay serve --tunnel ngrok" what="the command" wrap />
          <Text>Or run this on the server:</Text>
          <CodeBlock code={`cloudflared tunnel --url http://${local()}`} what="the command" wrap />
          <Text>
            It prints an address that begins with https. Write it above and save. Mind that such an address often is
            another one after the next start; senders then need the new one.
          </Text>
        </Stack>
      </Card>
    </SimpleGrid>
  )
}
