// sandbox: calls that go wrong because somebody asked for it.
import { AwsError } from "./aws_error.ts";
import type { Fault, FaultKind, State } from "./state.ts";

/** Every kind of fault. */
export const FAULT_KINDS: readonly FaultKind[] = [
  "error",
  "hang",
  "throttle",
  "rubbish",
  "half",
  "redirect",
  "5xx",
];

/** The fault that hits this call, if any; it is used up by one. `*` stands for every name. */
export function takeFault(state: State, service: string, action: string): Fault | null {
  const hits = (wanted: string, name: string) => wanted === "*" || wanted === name;
  const fault = state.faults.find((f) => hits(f.service, service) && hits(f.action, action));
  if (fault === undefined) return null;
  fault.left -= 1;
  if (fault.left <= 0) state.faults.splice(state.faults.indexOf(fault), 1);
  return fault;
}

/** The error that a fault answers with, or `null` for the kinds that don't answer in AWS's form. */
export function faultError(fault: Fault): AwsError | null {
  if (fault.kind === "error") {
    return new AwsError(fault.code, "The sandbox was told to refuse this call", fault.status);
  }
  if (fault.kind === "throttle") return new AwsError("Throttling", "Rate exceeded", 400);
  if (fault.kind === "5xx") {
    return new AwsError("ServiceUnavailable", "The sandbox was told to be unavailable", 503);
  }
  return null;
}

/**
 * Wait until `ms` have passed or the signal says stop.
 * @param ms `null` = until the signal
 */
export function pause(ms: number | null, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    const timer = ms === null ? null : setTimeout(done, ms);
    function done() {
      if (timer !== null) clearTimeout(timer);
      stopped.removeEventListener("abort", done);
      resolve();
    }
    stopped.addEventListener("abort", done);
  });
}

/** An answer that promises its whole length, brings half of it, and breaks the connection. */
export function cutInHalf(body: string, headers: Readonly<Record<string, string>>): Response {
  const bytes = new TextEncoder().encode(body);
  const half = new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.slice(0, Math.floor(bytes.length / 2)));
      controller.close();
    },
  });
  return new Response(half, { headers: { ...headers, "content-length": String(bytes.length) } });
}
