// Where this page was served from, with a slash at the end: the server fills in
// <base href>, so that everything works under any path behind a reverse proxy.
const base = new URL('.', document.baseURI)

/** Path of the application, "/" or for example "/hooks". */
export const basePath = base.pathname.length > 1 ? base.pathname.slice(0, -1) : '/'

/** Origin and path without a slash at the end, such as https://example.com/hooks. */
export const baseAddress = base.origin + (basePath === '/' ? '' : basePath)
