import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// Names of files stay the same between builds: the server puts a hash of the whole
// build into their address, and a change of one page changes one file of dist.
const vendors: { name: string; test: RegExp; priority: number }[] = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 40 },
  {
    name: 'tanstack',
    test: /node_modules\/@tanstack\/(react-query|query-core|react-router|router-core|history|react-store|store|react-virtual|virtual-core)\//,
    priority: 30,
  },
  { name: 'codemirror', test: /node_modules\/(@codemirror|@lezer|style-mod|w3c-keyname|crelt)\//, priority: 20 },
  { name: 'uplot', test: /node_modules\/uplot\//, priority: 20 },
  {
    // What only some pages use comes with them.
    name: 'mantine',
    test: /node_modules\/(@mantine\/(core\/(?!esm\/components\/(Select|NativeSelect|NumberInput|Table|Textarea|Accordion|Progress|Switch|PasswordInput|SegmentedControl|FloatingIndicator|TagsInput|MultiSelect|Pill|PillsInput|Radio|Tabs|Spoiler|Chip|Checkbox|Autocomplete|Fieldset|Combobox)\/)|hooks|notifications|store)|@floating-ui|react-remove-scroll|clsx|get-nonce)/,
    priority: 10,
  },
]

export default defineConfig({
  plugins: [react()],
  base: './',
  resolve: { tsconfigPaths: true },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'], // the first ones with light-dark()
    chunkSizeWarningLimit: 400,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
        codeSplitting: { groups: vendors },
      },
    },
  },
  server: {
    proxy: { '/api': { target: process.env['PATCHBAY_URL'] ?? 'http://127.0.0.1:8080', changeOrigin: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing.ts'],
    restoreMocks: true,
    testTimeout: 30_000, // a busy machine is no failure
  },
})
