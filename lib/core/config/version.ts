// config: the version, said once for the program, the journal and the packages.

/** Sentinel's version; a law test holds it to deno.json's. */
export const VERSION = "0.1.0";
