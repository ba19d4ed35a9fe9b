import { Button } from '@mantine/core'
import type { EditState } from '../edit'
import classes from './BottomBar.module.css'
import { type Primary, PrimaryButton } from './Header'

interface Props {
  state: EditState
  primary: Primary | undefined
  onPreview: () => void
}

/** On phones: what the thumb has to reach. */
export function BottomBar({ state, primary, onPreview }: Props) {
  return (
    <div className={classes.bar}>
      <Button variant="default" onClick={onPreview}>
        Preview
      </Button>
      <PrimaryButton primary={primary} state={state} />
    </div>
  )
}
