import { useMediaQuery } from '@mantine/hooks'

/** wide: panel beside the rule; middle: a narrower one that folds; narrow: a drawer; phone: sheets. */
export type Width = 'wide' | 'middle' | 'narrow' | 'phone'

export function useWidth(): Width {
  const options = { getInitialValueInEffect: false }
  const wide = useMediaQuery('(min-width: 1280px)', true, options)
  const middle = useMediaQuery('(min-width: 900px)', true, options)
  const narrow = useMediaQuery('(min-width: 640px)', true, options)
  return wide ? 'wide' : middle ? 'middle' : narrow ? 'narrow' : 'phone'
}
