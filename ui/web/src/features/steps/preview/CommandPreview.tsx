import { Stack, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { CodeBlock } from '@/components/CodeBlock'
import classes from './preview.module.css'

/** A program with its arguments, each as one piece, and what it reads. */
export function CommandPreview({ preview }: { preview: Schemas['Preview'] }) {
  const [program = '', ...args] = preview.argv ?? []
  return (
    <Stack gap="sm">
      <div>
        <Text size="xs" c="dimmed">
          Program
        </Text>
        <code>{program}</code>
      </div>
      {args.length > 0 && (
        <div>
          <Text size="xs" c="dimmed">
            Arguments
          </Text>
          <ol className={classes.arguments}>
            {args.map((arg, i) => (
              // Arguments have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={i}>
                <code dir="ltr">{arg === '' ? '(empty)' : arg}</code>
              </li>
            ))}
          </ol>
        </div>
      )}
      {(preview.env?.length ?? 0) > 0 && <Block title="Environment" code={preview.env?.join('\n') ?? ''} />}
      {preview.body ? <Block title="What it reads" code={preview.body} /> : null}
      {preview.dir ? <Text c="dimmed">Runs in {preview.dir}</Text> : null}
    </Stack>
  )
}

function Block({ title, code }: { title: string; code: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <CodeBlock code={code} what={title.toLowerCase()} wrap />
    </div>
  )
}
