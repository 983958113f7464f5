// profiles: regions, endpoints and every other setting, with where it was said.
import { strict as assert } from "node:assert";
import type { ResolveOptions } from "../../../lib/core/profiles/mod.ts";
import { arn, env, fails, GATED, KEYS, PROD, resolve, SSO } from "./fixtures.ts";

Deno.test("resolveTarget() reads every setting, and says where each was said", () => {
  const target = resolve(
    `[profile p]\n${PROD}\nsentinel_source_profile = q\nregion = eu-central-1\nsentinel_tags = True\n` +
      "sentinel_duration = 30m\nsentinel_max_duration = 1h30m\nsentinel_external_id = partner:7\n" +
      `sentinel_mfa_serial = arn:aws:iam::111122223333:mfa/mara\nendpoint_url = https://x.example\n` +
      `sentinel_lease = live\n[profile q]\n${KEYS}mfa_process = ykman code\n`,
    "p",
  );
  assert.equal(target.region, "eu-central-1");
  assert.equal(target.tags, true);
  assert.equal(target.defaultDuration, 1800);
  assert.equal(target.maxDuration, 5400);
  assert.equal(target.lease, "live");
  assert.equal(target.mfaProcess, "ykman code");
  assert.equal(target.stsEndpoint, "https://x.example");
  assert.deepEqual(target.chain, [{
    profile: "p",
    gated: true,
    roleArn: arn("SentinelProtected-Prod"),
    externalId: "partner:7",
    mfaSerial: "arn:aws:iam::111122223333:mfa/mara",
    region: "eu-central-1",
  }]);
  assert.deepEqual(Object.fromEntries(target.origins), {
    roleArn: "config:2",
    leaf: "config:3",
    region: "config:4",
    tags: "config:5",
    defaultDuration: "config:6",
    maxDuration: "config:7",
    lease: "config:11",
    stsEndpoint: "config:10",
    ssmEndpoint: "config:10",
    mfaProcess: "config:15",
  });
});

Deno.test("resolveTarget() reads AWS's own settings of a plain role profile", () => {
  const target = resolve(
    `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = mara\nexternal_id = abc\n` +
      "mfa_serial = GAHT12345678\nduration_seconds = 7200\n",
    "p",
  );
  assert.equal(target.defaultDuration, 7200);
  assert.equal(target.maxDuration, null);
  assert.equal(target.tags, false);
  assert.equal(target.chain[0]?.externalId, "abc");
  assert.equal(target.chain[0]?.mfaSerial, "GAHT12345678");
  assert.equal(target.chain[0]?.gated, false);
  assert.equal(target.region, null);
  assert.equal(target.stsEndpoint, null);
});

const REGIONS: {
  name: string;
  text: string;
  more?: Partial<ResolveOptions>;
  want: string | null;
  origin?: string;
}[] = [
  {
    name: "--region before all",
    text: `${GATED}region = d\n`,
    more: { region: "a", env: env({ AWS_REGION: "b" }) },
    want: "a",
    origin: "--region",
  },
  {
    name: "AWS_REGION before AWS_DEFAULT_REGION",
    text: `${GATED}region = d\n`,
    more: { env: env({ AWS_REGION: "b", AWS_DEFAULT_REGION: "c" }) },
    want: "b",
    origin: "AWS_REGION",
  },
  {
    name: "AWS_DEFAULT_REGION before the profile",
    text: `${GATED}region = d\n`,
    more: { env: env({ AWS_REGION: "", AWS_DEFAULT_REGION: "c" }) },
    want: "c",
    origin: "AWS_DEFAULT_REGION",
  },
  {
    name: "the profile before [default]",
    text: `${GATED}region = d\n[default]\nregion = e\n`,
    want: "d",
  },
  { name: "[default] before none", text: `${GATED}[default]\nregion = e\n`, want: "e" },
  { name: "none", text: GATED, want: null },
];
for (const c of REGIONS) {
  Deno.test(`resolveTarget() takes the region of ${c.name}`, () => {
    const target = resolve(c.text, "p", c.more);
    assert.equal(target.region, c.want);
    assert.equal(target.chain[0]?.region, c.want);
    if (c.origin !== undefined) assert.equal(target.origins.get("region"), c.origin);
  });
}

const SERVICES = "[services s]\nsts =\n  endpoint_url = https://c.example\n";
const ENDPOINTS: {
  name: string;
  text: string;
  values?: Record<string, string>;
  want: string | null;
}[] = [
  {
    name: "AWS_ENDPOINT_URL_STS first",
    text: `${GATED}services = s\n${SERVICES}`,
    values: { AWS_ENDPOINT_URL_STS: "https://a.example", AWS_ENDPOINT_URL: "https://b.example" },
    want: "https://a.example",
  },
  {
    name: "AWS_ENDPOINT_URL next",
    text: `${GATED}services = s\n${SERVICES}`,
    values: { AWS_ENDPOINT_URL: "http://127.0.0.1:5000" },
    want: "http://127.0.0.1:5000",
  },
  {
    name: "the services section next",
    text: `${GATED}services = s\nendpoint_url = https://d.example\n${SERVICES}`,
    want: "https://c.example",
  },
  {
    name: "endpoint_url last",
    text: `${GATED}services = s\nendpoint_url = https://d.example\n[services s]\nssm =\n  a = b\n`,
    want: "https://d.example",
  },
  {
    name: "none under AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    text: `${GATED}endpoint_url = https://d.example\n`,
    values: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE", AWS_ENDPOINT_URL: "https://b.example" },
    want: null,
  },
  {
    name: "none under ignore_configured_endpoint_urls",
    text: `${GATED}endpoint_url = https://d.example\nignore_configured_endpoint_urls = true\n`,
    want: null,
  },
  {
    name: "none of [default]",
    text: `${GATED}[default]\nendpoint_url = https://d.example\n`,
    want: null,
  },
];
for (const c of ENDPOINTS) {
  Deno.test(`resolveTarget() takes as STS endpoint ${c.name}`, () => {
    assert.equal(resolve(c.text, "p", { env: env(c.values) }).stsEndpoint, c.want);
  });
}

Deno.test("resolveTarget() takes each service's own endpoint, and notes where it was said", () => {
  const text = "[profile p]\nservices = s\nsentinel_source_profile = sso\n" + PROD +
    "\n[services s]\nsts =\n  endpoint_url = https://sts.example\n" +
    "ssm =\n  endpoint_url = https://ssm.example\nsso =\n  endpoint_url = https://no.example\n";
  const filed = resolve(text, "p");
  assert.equal(filed.stsEndpoint, "https://sts.example");
  assert.equal(filed.ssmEndpoint, "https://ssm.example");
  assert.equal(filed.origins.get("ssmEndpoint"), "config:8");
  assert.equal(filed.ssoEndpoint, null, "the leaf's section says where its token goes");
  const values = {
    AWS_ENDPOINT_URL_SSM: "https://a.example",
    AWS_ENDPOINT_URL_SSO: "https://b.example",
    AWS_ENDPOINT_URL: "https://c.example",
  };
  const said = resolve(text, "p", { env: env(values) });
  assert.equal(said.ssmEndpoint, "https://a.example");
  assert.equal(said.ssoEndpoint, "https://b.example");
  assert.equal(said.stsEndpoint, "https://c.example");
  assert.equal(said.origins.get("ssoEndpoint"), "AWS_ENDPOINT_URL_SSO");
});

Deno.test("resolveTarget() takes the SSO endpoint of the leaf's section, and of SSO leaves only", () => {
  const leaf = `[profile leaf]\n${SSO}services = s\n[services s]\nsso =\n` +
    "  endpoint_url = https://portal.example\n";
  const gated = `[profile p]\n${PROD}\nsentinel_source_profile = leaf\n`;
  const target = resolve(gated + leaf, "p");
  assert.equal(target.ssoEndpoint, "https://portal.example");
  assert.equal(target.stsEndpoint, null);
  const values = { AWS_ENDPOINT_URL: "https://c.example" };
  assert.equal(resolve(GATED, "p", { env: env(values) }).ssoEndpoint, null);
  const ignoring = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", ...values };
  assert.equal(resolve(gated + leaf, "p", { env: env(ignoring) }).ssoEndpoint, null);
});

for (
  const [text, seconds] of [["15m", 900], ["900s", 900], ["12h", 43_200], [
    "43200s",
    43_200,
  ]] as const
) {
  Deno.test(`resolveTarget() takes ${text} for both durations`, () => {
    const target = resolve(
      `${GATED}sentinel_duration = ${text}\nsentinel_max_duration = ${text}\n`,
      "p",
    );
    assert.equal(target.defaultDuration, seconds);
    assert.equal(target.maxDuration, seconds);
  });
}

Deno.test("resolveTarget() inherits neither role, source, process nor keys from [default]", () => {
  const text = `[default]\nrole_arn = ${
    arn("D")
  }\nsource_profile = mara\n[profile p]\noutput = json\n`;
  fails("NO_CREDENTIALS", () => resolve(text, "p"));
  fails("NO_CREDENTIALS", () => resolve(`[default]\n${KEYS}[profile p]\noutput = json\n`, "p"));
  const process = "[default]\ncredential_process = fetch\n[profile p]\noutput = json\n";
  fails("NO_CREDENTIALS", () => resolve(process, "p"));
});
