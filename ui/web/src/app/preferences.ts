import { useLocalStorage } from '@mantine/hooks'
import { useEffect } from 'react'

// Settings of the person in this browser; none of them is anybody else's business.
const defaults = {
  density: 'normal' as 'normal' | 'compact',
  navigation: 'open' as 'open' | 'folded',
  shortcuts: 'on' as 'on' | 'off',
}

type Preferences = typeof defaults

export function usePreference<Name extends keyof Preferences>(name: Name) {
  const [value, setValue] = useLocalStorage<Preferences[Name]>({
    key: `patchbay-${name}`,
    defaultValue: defaults[name],
    getInitialValueInEffect: false,
  })
  return [value, (next: Preferences[Name]) => setValue(next)] as const
}

/** Height of rows: 44 or 36 pixels. */
export function useDensity() {
  const [density, setDensity] = usePreference('density')
  useEffect(() => {
    document.documentElement.dataset['density'] = density
  }, [density])
  return [density, setDensity] as const
}
