// store tests: the store that other tests use promises what the real ones do.
import { contract } from "./contract.ts";
import { memoryStore } from "./memory.ts";

const store = memoryStore();
contract({ name: "memory", runs: 40, store: () => store });
