import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { passwordStrength } from '@/features/auth'

/** A password to be chosen, with how hard it is to guess in words. */
export function NewPassword({ value, ...rest }: PasswordInputProps & { value: string }) {
  return (
    <PasswordInput
      description={value === '' ? 'At least 8 characters' : passwordStrength(value).words}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      value={value}
      aria-invalid={Boolean(rest.error)}
      {...rest}
    />
  )
}

/** What is wrong with a password, before the server is asked. */
export const passwordFault = (text: string): string | null =>
  passwordStrength(text).level === 0 ? 'Use at least 8 characters.' : null
