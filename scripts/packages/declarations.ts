/** Declarations name the sources that they come from; published are the built files, so they name those. */
export function withJavaScriptNames(text: string): string {
  return text.replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2')
}

/** The types of an ABI are thousands of short lines, most of which is their indentation. Comments of lines would swallow the rest; there are none. */
export function onOneLine(text: string): string {
  return text.replace(/\n {4,}/g, ' ')
}
