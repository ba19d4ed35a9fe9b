import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'
import type { FormulaField as Field } from './FormulaField'

const Loaded = lazy(() => import('./FormulaField').then((m) => ({ default: m.FormulaField })))

/** The formula field, with its editor loaded when it is shown. */
export function FormulaField(props: ComponentProps<typeof Field>) {
  return (
    <Suspense fallback={<Skeleton height={(props.minHeight ?? 96) + 40} />}>
      <Loaded {...props} />
    </Suspense>
  )
}
