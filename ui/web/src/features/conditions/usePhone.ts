import { useMediaQuery } from '@mantine/hooks'

/** Whether choices take the whole screen. */
export const usePhone = (): boolean => useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
