import { Button, Divider, Group, Stack, Text } from '@mantine/core'
import { type FormEvent, useEffect, useEffectEvent, useRef } from 'react'
import { ProblemError } from '@/api/problem'
import { mayNot, useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { FromFile } from '@/components/FromFile'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ConnectionFacts } from './ConnectionFacts'
import { ConnectionForm } from './ConnectionForm'
import classes from './ConnectionDrawer.module.css'
import { Conflict } from './Conflict'
import { DeleteConnection } from './DeleteConnection'
import type { Connection, ConnectionType } from './queries'
import { fieldsOf } from './schema'
import { TestResult } from './TestResult'
import { type FormState, useConnectionForm } from './useConnectionForm'

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
  const element = useRef<HTMLFormElement>(null)
  useEffect(() => {
    // What is wrong may be out of sight.
    if (form.failure) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [form.failure])
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
    <form
      ref={element}
      onSubmit={submit}
      noValidate
      aria-label={stored ? 'Connection' : `New connection: ${kind.title}`}
    >
      <Stack gap="md">
        {form.base && <ConnectionFacts connection={form.base.value} />}
        {managed && (
          <Group gap="sm">
            <FromFile file={managed} />
            <Text c="dimmed">Change it in {managed}.</Text>
          </Group>
        )}
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        {conflict && <Conflict form={form} error={conflict} />}
        <ConnectionForm form={form} />
        {stored && !readOnly && (
          <>
            <Divider />
            <DeleteConnection connection={stored.value} onDeleted={onDeleted} />
          </>
        )}
        {may && (
          <div className={classes.footer}>
            {form.saved && !conflict && (
              <ErrorAlert error={form.saved} title="The connection is not saved." shown={namesOf(kind)} />
            )}
            <TestResult form={form} shown={namesOf(kind)} />
            <Buttons form={form} tested={tested} isNew={stored === undefined} />
          </div>
        )}
      </Stack>
    </form>
  )
}

function Buttons({ form, tested, isNew }: { form: FormState; tested: boolean; isNew: boolean }) {
  const { testable, test, trying, busy, readOnly, edited } = form
  const unchanged = !isNew && !edited
  return (
    <Group gap="xs" justify="flex-end">
      {testable && (
        <Button variant="default" onClick={test} loading={trying} disabled={busy}>
          Test
        </Button>
      )}
      {!readOnly && (
        <Button type="submit" loading={busy} disabled={trying || unchanged}>
          {tested || unchanged ? 'Save' : 'Test and save'}
        </Button>
      )}
    </Group>
  )
}

const namesOf = (kind: ConnectionType) => fieldsOf(kind).map((f) => `with.${f.name}`)
