// store: a store that is opened for each call, and closed after it.
import type { StorePort } from "./types.ts";

/** Opens a store with each call. Nothing is held between two: neither a file, nor a connection. */
export function perCall(open: () => Promise<StorePort>): StorePort {
  const once = async <T>(use: (store: StorePort) => Promise<T>): Promise<T> => {
    const store = await open();
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };
  return {
    get: (...args) => once((store) => store.get(...args)),
    create: (...args) => once((store) => store.create(...args)),
    replace: (...args) => once((store) => store.replace(...args)),
    remove: (...args) => once((store) => store.remove(...args)),
    async *list(...args) {
      const store = await open();
      try {
        yield* store.list(...args);
      } finally {
        await store.close();
      }
    },
    sweep: (...args) => once((store) => store.sweep(...args)),
    close: () => Promise.resolve(),
  };
}
