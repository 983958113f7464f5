// aws: one call of the Query protocol.
import { type Answer, type AwsCall, callAws, type CallLimits, dateOf, rubbish } from "./call.ts";
import { DEFAULT_REGION, endpointOf } from "./host.ts";
import { signedPost, type SigningKeys } from "./sign.ts";
import { readXml, textAt, type XmlElement, XmlError } from "./xml.ts";

/** Where a call goes. */
export interface Place {
  /** Signing region, and the endpoint's where none is given. `null` = `us-east-1`. */
  region: string | null;
  /** `null` = AWS's own endpoint of the region. No variable and no file is asked. */
  endpoint: string | null;
}

/** How calls are made, where somebody signs them. */
export interface QueryOptions extends Place, CallLimits {
  credentials: SigningKeys;
}

/** How a call is made; `null` = unsigned. */
export interface SenderOptions extends Place, CallLimits {
  credentials: SigningKeys | null;
}

/** A service that speaks the Query protocol. */
export interface QueryService {
  name: string;
  version: string;
}

/** One call. */
export interface QueryCall extends Pick<AwsCall<unknown>, "doing" | "repeat" | "meaning"> {
  action: string;
  fields: readonly (readonly [string, string])[];
  /** Fields' values that must not be in a message. */
  secrets: readonly string[];
}

/** What came back. */
export interface QueryAnswer {
  xml: XmlElement;
  /** The server's clock, from its `Date` header. */
  date: Date | null;
}

/** Makes one call. Throws what {@link callAws} throws. */
export function query(
  service: QueryService,
  call: QueryCall,
  options: SenderOptions,
): Promise<QueryAnswer> {
  const region = options.region ?? DEFAULT_REGION;
  const { credentials } = options;
  const post = {
    service: service.name,
    region,
    url: options.endpoint ?? endpointOf(service.name, region),
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: new URLSearchParams([
      ["Action", call.action],
      ["Version", service.version],
      ...call.fields.map(([key, value]): [string, string] => [key, value]),
    ]).toString(),
  };
  return callAws({
    doing: call.doing,
    repeat: call.repeat,
    secrets: [
      credentials?.secretAccessKey ?? null,
      credentials?.sessionToken ?? null,
      ...call.secrets,
    ],
    request: () => signedPost(post, credentials, options.now?.() ?? new Date()),
    read: (answer) => {
      const xml = xmlOf(answer);
      if (xml?.name !== `${call.action}Response`) throw rubbish(call, "no answer of this call");
      return { xml, date: dateOf(answer) };
    },
    said,
    ...(call.meaning === undefined ? {} : { meaning: call.meaning }),
  }, options);
}

function xmlOf({ text }: Answer): XmlElement | null {
  try {
    return readXml(text);
  } catch (error) {
    if (error instanceof XmlError) return null;
    throw error;
  }
}

function said(answer: Answer): { code: string | null; message: string } {
  const xml = xmlOf(answer);
  if (xml === null || xml.name !== "ErrorResponse") return { code: null, message: "" };
  try {
    const code = textAt(xml, ["Error", "Code"]);
    return { code: code === "" ? null : code, message: textAt(xml, ["Error", "Message"]) ?? "" };
  } catch {
    return { code: null, message: "" };
  }
}
