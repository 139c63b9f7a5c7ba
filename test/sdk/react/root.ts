import type { ReactNode } from 'react'

/** What is mounted, and how to change or take it away. */
export type Root = { readonly render: (node: ReactNode) => void; readonly unmount: () => void }

/**
 * React as a browser runs it, effects and Strict Mode and all, in a page that can show nothing: components render null.
 * `render` and `unmount` return when they are carried out.
 */
export async function createRoot({
  onError,
}: {
  readonly onError: (error: unknown) => void
}): Promise<Root & { readonly leave: () => Promise<void> }> {
  const before = Reflect.getOwnPropertyDescriptor(globalThis, 'window')
  // All that React asks of a page with nothing in it.
  Reflect.set(globalThis, 'window', { event: undefined, HTMLIFrameElement: class {} })
  const page = { nodeType: 9, nodeName: '#document', defaultView: globalThis.window, activeElement: null, addEventListener() {} }
  const place = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', namespaceURI: 'http://www.w3.org/1999/xhtml', ownerDocument: page }
  const container = { ...place, firstChild: null, lastChild: null, addEventListener() {}, removeEventListener() {} }
  const [dom, { flushSync }] = await Promise.all([import('react-dom/client'), import('react-dom')])
  const root = dom.createRoot(container as never, { onUncaughtError: onError })
  return {
    render: (node) => flushSync(() => root.render(node)),
    unmount: () => flushSync(() => root.unmount()),
    // What React put off still asks for the window.
    leave: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (before === undefined) Reflect.deleteProperty(globalThis, 'window')
      else Object.defineProperty(globalThis, 'window', before)
    },
  }
}
