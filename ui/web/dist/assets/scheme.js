// Sets the colours before the first paint. The policy of the page allows no script within it.
try {
  var wanted = localStorage.getItem('patchbay-scheme') || 'auto'
  var dark = wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
  if (localStorage.getItem('patchbay-density') === '"compact"') document.documentElement.dataset.density = 'compact'
} catch {
  document.documentElement.dataset.mantineColorScheme = 'light'
}
