/** One JSON-RPC call. */
export type RpcCall = { readonly method: string; readonly params: readonly unknown[] }

/** The answer to one call of a batch: a result, or why there is none. */
export type RpcReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string; readonly data?: unknown }

/** A way to one provider. `send` rejects when nothing came back, and else answers every call in order. */
export type Transport = {
  /** For logs and metrics. Never the whole url: it may hold a key. */
  readonly name: string
  send(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
}

/** Whether a value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
