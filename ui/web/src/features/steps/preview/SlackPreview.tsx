import { Text } from '@mantine/core'
import { Fragment } from 'react'
import type { Schemas } from '@/api/client'
import { CodeBlock } from '@/components/CodeBlock'
import { clockText, useNow } from '@/components/time'
import { type Piece, readMessage } from './mrkdwn'
import { pretty } from './pretty'
import classes from './preview.module.css'

interface Props {
  preview: Schemas['Preview']
  /** The connection fixes the channel. */
  fixed: boolean
}

/** A message as Slack shows it. Whatever is in it is text. */
export function SlackPreview({ preview, fixed }: Props) {
  const clock = clockText(useNow())
  const blocks = /"blocks":/.test(preview.body ?? '') ? (preview.body ?? '') : ''
  const channel = preview.to?.[0] ?? ''
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {fixed ? 'To the channel of the connection' : `To ${channel}`}
      </Text>
      <div className={classes.slack}>
        <span className={classes.face} aria-hidden="true">
          Pb
        </span>
        <div className={classes.message}>
          <div className={classes.sender}>
            <strong>Patchbay</strong> <span className={classes.app}>APP</span>{' '}
            <span className={classes.clock}>{clock}</span>
          </div>
          <Message text={preview.text ?? ''} />
        </div>
      </div>
      {blocks !== '' && (
        <>
          <Text size="xs" c="dimmed" mt="sm">
            Slack shows the layout instead of the text:
          </Text>
          <CodeBlock code={pretty(blocks)} what="the layout" wrap />
        </>
      )}
    </div>
  )
}

// Pieces and lines have no identity but their place.
/* oxlint-disable react/no-array-index-key */
function Message({ text }: { text: string }) {
  return (
    <div dir="auto">
      {readMessage(text).map((block, i) => {
        if (block.kind === 'code')
          return (
            <pre key={i} className={classes.pre}>
              {block.text}
            </pre>
          )
        const lines = block.lines.map((line, n) => (
          <div key={n} className={classes.line}>
            <Pieces pieces={line} />
          </div>
        ))
        return block.kind === 'quote' ? <blockquote key={i}>{lines}</blockquote> : <Fragment key={i}>{lines}</Fragment>
      })}
    </div>
  )
}

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map((piece, i) => <One key={i} piece={piece} />)
}
/* oxlint-enable react/no-array-index-key */

function One({ piece }: { piece: Piece }) {
  switch (piece.kind) {
    case 'text':
    case 'emoji':
      return piece.text
    case 'code':
      return <code className={classes.code}>{piece.text}</code>
    case 'bold':
      return (
        <strong>
          <Pieces pieces={piece.pieces} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Pieces pieces={piece.pieces} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Pieces pieces={piece.pieces} />
        </s>
      )
    case 'mention':
      return <span className={classes.mention}>{piece.text}</span>
    case 'link':
      return (
        <span className={classes.link} title={piece.url}>
          {piece.text}
        </span>
      )
  }
}
