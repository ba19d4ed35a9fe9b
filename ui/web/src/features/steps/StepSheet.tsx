import { Button, Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useIsOnTop } from '@/components/layers'
import { Sentence } from '@/components/Sentence'
import { stepSentence } from './phrase'
import { useStep } from './useStep'
import classes from './steps.module.css'

/** The form of a step as a sheet of full height, on phones. */
export function StepSheet({
  opened,
  onClose,
  children,
}: {
  opened: boolean
  onClose: () => void
  children: ReactNode
}) {
  const { step, spec } = useStep()
  const onTop = useIsOnTop(opened)
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="bottom" size="100%" closeOnEscape={onTop} returnFocus>
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Header className={classes.sheetHead}>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
          <Drawer.Title className={classes.sheetTitle}>
            {step.name || <Sentence parts={stepSentence(spec, step)} />}
          </Drawer.Title>
          <Button variant="subtle" onClick={onClose}>
            Done
          </Button>
        </Drawer.Header>
        <Drawer.Body className={classes.sheetBody ?? ''}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
