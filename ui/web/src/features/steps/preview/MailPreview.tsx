import { SegmentedControl, Text } from '@mantine/core'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { FormattedMail } from './FormattedMail'
import { readMail } from './mail'
import classes from './preview.module.css'

/** A mail as its reader sees it, on a screen or on a phone. */
export function MailPreview({ preview }: { preview: Schemas['Preview'] }) {
  const mail = readMail(preview.body ?? '')
  const [width, setWidth] = useState('screen')
  const [form, setForm] = useState('formatted')
  const both = mail.html !== undefined && mail.text !== undefined
  const formatted = mail.html !== undefined && (!both || form === 'formatted')
  const lines = [
    ['From', mail.from],
    ['To', mail.to || (preview.to ?? []).join(', ')],
    ['Copy to', mail.cc],
    ['Answers go to', mail.replyTo],
  ].filter(([, value]) => value !== '')
  return (
    <div>
      <div className={classes.switches}>
        <SegmentedControl
          size="xs"
          aria-label="Width of the mail"
          value={width}
          onChange={setWidth}
          data={[
            { value: 'screen', label: 'Screen' },
            { value: 'phone', label: 'Phone' },
          ]}
        />
        {both && (
          <SegmentedControl
            size="xs"
            aria-label="Form of the mail"
            value={form}
            onChange={setForm}
            data={[
              { value: 'formatted', label: 'Formatted' },
              { value: 'plain', label: 'Plain text' },
            ]}
          />
        )}
      </div>
      <div className={classes.mail} data-phone={width === 'phone' || undefined}>
        <Text fw={600} dir="auto">
          {preview.text}
        </Text>
        <dl className={classes.headers}>
          {lines.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
        {formatted ? (
          <FormattedMail html={mail.html ?? ''} />
        ) : (
          <div className={classes.written} dir="auto">
            {mail.text ?? ''}
          </div>
        )}
      </div>
    </div>
  )
}
