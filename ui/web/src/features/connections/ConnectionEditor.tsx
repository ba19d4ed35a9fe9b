import { Alert, Button, Divider, Stack, Text } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { type FormEvent, useEffect, useEffectEvent } from 'react'
import { ProblemError } from '@/api/problem'
import { mayNot, useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ConnectionFacts } from './ConnectionFacts'
import { ConnectionForm } from './ConnectionForm'
import classes from './ConnectionDrawer.module.css'
import { Conflict } from './Conflict'
import { DeleteConnection } from './DeleteConnection'
import type { Connection, ConnectionType } from './queries'
import { fieldsOf } from './schema'
import { TestResult } from './TestResult'
import { useConnectionForm } from './useConnectionForm'

interface Props {
  kind: ConnectionType
  stored: Tagged<Connection> | undefined
  taken: readonly string[]
  onEdited: (edited: boolean) => void
  onSaved: (connection: Connection, message: string) => void
  onDeleted: () => void
}

/** A connection of one kind, new or stored: fields, test, save and delete. */
export function ConnectionEditor({ kind, stored, taken, onEdited, onSaved, onDeleted }: Props) {
  const may = useMay('change')
  const managed = stored?.value.managed
  const readOnly = !may || Boolean(managed)
  const form = useConnectionForm({ kind, stored, taken, readOnly, onSaved })
  const tell = useEffectEvent(onEdited)
  useEffect(() => tell(form.edited), [form.edited])
  const tested = form.worked !== undefined || !form.testable
  const submit = (e: FormEvent) => {
    e.preventDefault()
    e.stopPropagation() // the drawer may have been opened from within another form
    if (readOnly || form.busy || form.trying) return
    if (tested || !form.edited) form.save()
    else form.testAndSave()
  }
  const conflict = form.saved instanceof ProblemError && form.saved.conflict ? form.saved : undefined
  return (
    <form onSubmit={submit} noValidate aria-label={stored ? 'Connection' : `New connection: ${kind.title}`}>
      <Stack gap="md">
        {form.base && <ConnectionFacts connection={form.base.value} />}
        {managed && (
          <Alert color="gray" variant="light" icon={<IconFileText aria-hidden />} title="From file">
            <Text>Change it in {managed}.</Text>
          </Alert>
        )}
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        {conflict && <Conflict form={form} error={conflict} />}
        <ConnectionForm form={form} />
        {form.saved && !conflict && (
          <ErrorAlert error={form.saved} title="The connection is not saved." shown={namesOf(kind)} />
        )}
        <TestResult form={form} may={may} shown={namesOf(kind)} />
        {stored && !readOnly && (
          <>
            <Divider />
            <DeleteConnection connection={stored.value} onDeleted={onDeleted} />
          </>
        )}
        {may && (
          <div className={classes.footer}>
            {form.testable && (
              <Button variant="default" onClick={form.test} loading={form.trying} disabled={form.busy}>
                Test
              </Button>
            )}
            {!readOnly && (
              <Button
                type="submit"
                loading={form.busy}
                disabled={form.trying || (stored !== undefined && !form.edited)}
              >
                {tested || (stored && !form.edited) ? 'Save' : 'Test and save'}
              </Button>
            )}
          </div>
        )}
      </Stack>
    </form>
  )
}

const namesOf = (kind: ConnectionType) => fieldsOf(kind).map((f) => `with.${f.name}`)
