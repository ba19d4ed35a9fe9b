import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

const FormulaField = lazy(() => import('../formula').then((m) => ({ default: m.FormulaField })))

/** A formula as text. The editor for it is large and comes when it is wanted. */
export function FormulaText(props: ComponentProps<typeof FormulaField>) {
  return (
    <Suspense fallback={<Skeleton height={props.minHeight ?? 96} />}>
      <FormulaField {...props} />
    </Suspense>
  )
}
