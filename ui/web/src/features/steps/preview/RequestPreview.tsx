import { Stack, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { CodeBlock } from '@/components/CodeBlock'
import { pretty } from './pretty'
import classes from './preview.module.css'

/** A request: method, address, headers and what it carries. */
export function RequestPreview({ preview }: { preview: Schemas['Preview'] }) {
  const headers = preview.headers ?? []
  return (
    <Stack gap="sm">
      <div className={classes.address}>
        <span className={classes.method}>{preview.method}</span>
        <code dir="ltr">{preview.url}</code>
      </div>
      {headers.length > 0 && (
        <dl className={classes.headers}>
          {headers.map(({ name, value }) => (
            <div key={`${name} ${value}`}>
              <dt>{name}</dt>
              <dd>
                <code dir="ltr">{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {preview.body ? (
        <CodeBlock code={pretty(preview.body)} what="what is sent" wrap />
      ) : (
        <Text c="dimmed">Carries nothing.</Text>
      )}
    </Stack>
  )
}
