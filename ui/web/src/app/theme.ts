import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  rem,
} from '@mantine/core'

// The colours of a role: light theme uses shade 8 on tint, dark theme shade 3 on tint.
// What stands between is mixed, so that nothing of Mantine's own palette is left that
// has too little contrast.
function ramp(tint: string, dark: string, light: string): MantineColorsTuple {
  const at = (a: string, b: string, part: number) => `color-mix(in srgb, ${a}, ${b} ${part}%)`
  return [
    tint,
    at(tint, dark, 33),
    at(tint, dark, 66),
    dark,
    at(dark, light, 20),
    at(dark, light, 40),
    at(dark, light, 60),
    at(dark, light, 80),
    light,
    at(light, '#000', 20),
  ]
}

const roles = {
  accent: { tint: '#E9EBFA', dark: '#A6B1FF', light: '#3346B8', darkTint: '#232A4D' },
  teal: { tint: '#E3F3F1', dark: '#5CC9C0', light: '#0B6E6A', darkTint: '#12302F' },
  red: { tint: '#FDECEA', dark: '#FF9A8C', light: '#B42318', darkTint: '#3A1B18' },
  yellow: { tint: '#FFF3DC', dark: '#F5B555', light: '#8A4B00', darkTint: '#352612' },
  blue: { tint: '#E8F0FC', dark: '#8AB6FF', light: '#1F5FBF', darkTint: '#16263F' },
  violet: { tint: '#F2ECFA', dark: '#C3A2F2', light: '#6B3FA0', darkTint: '#2A2140' },
}

const palettes = Object.fromEntries(Object.entries(roles).map(([name, c]) => [name, ramp(c.tint, c.dark, c.light)]))

// The list itself scrolls (see styles.css), so that assistive technology knows what does.
const plainScrolling = { withScrollArea: false }

export const theme = createTheme({
  colors: {
    ...palettes,
    gray: [
      '#F6F7F9',
      '#EEF0F3',
      '#E4E8ED',
      '#D5DAE1',
      '#7C8694',
      '#6A7480',
      '#57606A',
      '#3D454E',
      '#2A3037',
      '#1B1F24',
    ],
    dark: [
      '#E8EBEF',
      '#C9D0D8',
      '#A3ADBA',
      '#98A3B0',
      '#2E353E',
      '#262C34',
      '#1A1E24',
      '#111418',
      '#0D1013',
      '#090B0E',
    ],
  },
  black: '#1B1F24',
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 3 },
  // Dark theme fills with light colours, on which the words are dark.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input)
    return input.variant === 'filled' ? { ...colors, color: 'light-dark(#FFFFFF, #111418)' } : colors
  },
  fontFamily: 'ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", Menlo, monospace',
  fontSizes: { xs: rem(12), sm: rem(14), md: rem(16), lg: rem(20), xl: rem(26) },
  lineHeights: { xs: '1.3333', sm: '1.4286', md: '1.5', lg: '1.4', xl: '1.2308' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(20), lineHeight: '1.4' },
      h2: { fontSize: rem(16), lineHeight: '1.5' },
      h3: { fontSize: rem(14), lineHeight: '1.4286' },
    },
  },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  radius: { xs: rem(4), sm: rem(6), md: rem(10), lg: rem(14) },
  defaultRadius: 'sm',
  breakpoints: { xs: '22.5em', sm: '40em', md: '56.25em', lg: '80em', xl: '90em' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Autocomplete: { defaultProps: plainScrolling },
    MultiSelect: { defaultProps: plainScrolling },
    Select: { defaultProps: plainScrolling },
    TagsInput: { defaultProps: plainScrolling },
    Text: { defaultProps: { size: 'sm' } },
    Anchor: { defaultProps: { size: 'sm' } },
    Paper: { defaultProps: { radius: 'md' } },
    Card: { defaultProps: { radius: 'md', withBorder: true, padding: 'var(--pb-card-padding)' } },
    Modal: { defaultProps: { radius: 'lg', centered: true, transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 200 } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 120 }, shadow: 'md' } },
    Tooltip: {
      defaultProps: { events: { hover: true, focus: true, touch: true }, openDelay: 200, multiline: true, maw: 320 },
    },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500, fz: 'xs' } },
    List: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'var(--pb-control-height)' } },
    Switch: { defaultProps: { withThumbIndicator: false } },
  },
})

export const cssVariables: CSSVariablesResolver = () => {
  const tints = (mode: 'light' | 'dark') =>
    Object.fromEntries(
      Object.entries(roles).flatMap(([name, c]) => {
        const tint = mode === 'light' ? c.tint : c.darkTint
        return [
          [`--mantine-color-${name}-light`, tint],
          [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, ${tint}, ${c[mode]} 8%)`],
          [`--mantine-color-${name}-light-color`, c[mode]],
          [`--mantine-color-${name}-text`, c[mode]],
          [`--mantine-color-${name}-outline`, c[mode]],
          [`--mantine-color-${name}-outline-hover`, tint],
        ]
      }),
    )
  return {
    variables: {},
    light: {
      ...tints('light'),
      '--mantine-color-text': '#1B1F24',
      '--mantine-color-body': '#FFFFFF',
      '--mantine-color-dimmed': '#57606A',
      '--mantine-color-placeholder': '#667080',
      '--mantine-color-anchor': '#3346B8',
      '--mantine-color-error': '#B42318',
      '--mantine-color-default-border': '#7C8694',
      '--mantine-color-gray-light': '#EEF0F3',
      '--mantine-color-gray-light-color': '#57606A',
      '--mantine-color-gray-text': '#57606A',
      '--mantine-primary-color-contrast': '#FFFFFF',
    },
    dark: {
      ...tints('dark'),
      '--mantine-color-text': '#E8EBEF',
      '--mantine-color-body': '#1A1E24',
      '--mantine-color-dimmed': '#A3ADBA',
      '--mantine-color-placeholder': '#98A3B0',
      '--mantine-color-anchor': '#A6B1FF',
      '--mantine-color-error': '#FF9A8C',
      '--mantine-color-default-border': '#76818F',
      '--mantine-color-gray-light': '#262C34',
      '--mantine-color-gray-light-color': '#A3ADBA',
      '--mantine-color-gray-text': '#A3ADBA',
      '--mantine-primary-color-contrast': '#111418',
    },
  }
}
