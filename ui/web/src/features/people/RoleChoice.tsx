import { Radio, Stack } from '@mantine/core'

interface Props<Value extends string> {
  label: string
  choices: Readonly<Record<Value, { readonly label: string; readonly description: string }>>
  value: Value
  onChange: (value: Value) => void
  isOne: (text: string) => text is Value
}

/** What somebody or something may do, with the meaning of each choice. */
export function RoleChoice<Value extends string>({ label, choices, value, onChange, isOne }: Props<Value>) {
  return (
    <Radio.Group label={label} value={value} onChange={(next) => isOne(next) && onChange(next)}>
      <Stack gap="sm" mt={4}>
        {Object.keys(choices)
          .filter(isOne)
          .map((key) => (
            <Radio key={key} value={key} label={choices[key].label} description={choices[key].description} />
          ))}
      </Stack>
    </Radio.Group>
  )
}
