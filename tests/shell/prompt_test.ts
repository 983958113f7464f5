// shell: the prompt's segment: profile and minutes left, by the shells' own clocks, without a process.
import { strict as assert } from "node:assert";
import { type ShellName, WRITERS } from "../../shell/mod.ts";
import { runIn } from "../e2e/tools.ts";
import { pathEnv, pathOf, planFor, shellsHere, stage } from "./ask.ts";

const HERE = await shellsHere();

/** Prints the segment, as the shell's prompt would show it. */
const SHOW: Readonly<Record<ShellName, string>> = {
  bash:
    `PS1='$ '; (exit 3); _sentinel_prompt; printf '%s|%s\\n' "$?" "$PS1"; _sentinel_prompt; printf '%s\\n' "$PS1"`,
  zsh:
    `PROMPT='$ '; (exit 3); _sentinel_prompt; print -r -- "$?|$PROMPT"; _sentinel_prompt; print -r -- "$PROMPT"`,
  fish: `function fish_prompt; echo -n $status'|$ '; end
source SCRIPT
_sentinel_status 3; fish_prompt; echo`,
};
const FLAGS: Readonly<Record<ShellName, readonly string[]>> = {
  bash: ["--norc", "--noprofile", "-i"],
  zsh: ["-f"],
  fish: ["--no-config", "-i"],
};

async function shown(shell: ShellName, env: Readonly<Record<string, string>>): Promise<string[]> {
  const home = await stage();
  try {
    const script = `${home}/all.${shell}`;
    await Deno.writeTextFile(script, WRITERS[shell].inline(planFor(["prod"], { prompt: true })));
    const text = SHOW[shell].includes("SCRIPT")
      ? SHOW[shell].replace("SCRIPT", script)
      : `. ${script}\n${SHOW[shell]}`;
    // Nothing is on the PATH: what starts a process fails.
    const { out } = await runIn(
      home,
      { ...pathEnv(home, env), PATH: "/nowhere" },
      await pathOf(shell),
      ...FLAGS[shell],
      "-c",
      text,
    );
    return out.trimEnd().split("\n").map((line) => line.trimEnd());
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

const inSeconds = (s: number) =>
  new Date(Date.now() + s * 1000).toISOString().replace(/\.\d+Z/, "Z");

for (const shell of ["bash", "zsh", "fish"] as const) {
  const ignore = !HERE.get(shell) || Deno.build.os !== "linux";
  // The segment comes before the own prompt once; the exit code of the last command stays.
  const expected = (text: string) => shell === "fish" ? [`${text}3|$`] : [`3|${text}$`, `${text}$`];

  for (
    const c of [
      { name: "minutes left", profile: "prod", seconds: 42 * 60 + 30, want: /^\[prod 42m\] $/ },
      { name: "less than a minute", profile: "prod", seconds: 20, want: /^\[prod 0m\] $/ },
      { name: "what is over", profile: "prod", seconds: -5, want: /^\[prod expired\] $/ },
      {
        name: "hours as minutes",
        profile: "a.b",
        seconds: 3 * 3600 + 30,
        want: /^\[a\.b 180m\] $/,
      },
    ]
  ) {
    Deno.test({
      name: `the prompt of ${shell} shows ${c.name}`,
      ignore,
      async fn() {
        const lines = await shown(shell, {
          AWS_SENTINEL: c.profile,
          AWS_CREDENTIAL_EXPIRATION: inSeconds(c.seconds),
        });
        const text = /\[.*?\] /.exec(lines.join("\n"))?.[0] ?? "";
        assert.match(text, c.want);
        assert.deepEqual(lines, expected(text));
      },
    });
  }

  Deno.test({
    name: `the prompt of ${shell} runs nothing that a name or an instant says`,
    ignore,
    async fn() {
      const lines = await shown(shell, {
        AWS_SENTINEL: "a$(echo x)`id`%n\\u\u001b[2J",
        AWS_CREDENTIAL_EXPIRATION: "$(id)",
      });
      const text = "[a??echo?x??id??n?u??2J] ";
      assert.deepEqual(lines, expected(text));
    },
  });

  Deno.test({
    name: `outside a shell of exec the prompt of ${shell} is as it was`,
    ignore,
    async fn() {
      const lines = await shown(shell, {});
      assert.deepEqual(lines, shell === "fish" ? ["3|$"] : ["3|$", "$"]);
    },
  });
}

// Across month, year and leap day: the arithmetic against the machine's own.
Deno.test({
  name: "bash counts days as calendars do",
  ignore: !HERE.get("bash"),
  async fn() {
    const days = ["2027-01-01", "2028-02-29", "2028-03-01", "2100-03-01", "2999-12-31"];
    for (const day of days) {
      const end = new Date(`${day}T00:00:00Z`);
      const lines = await shown("bash", {
        AWS_SENTINEL: "p",
        AWS_CREDENTIAL_EXPIRATION: `${day}T00:00:00Z`,
      });
      const minutes = Number(/\[p (\d+)m\]/.exec(lines[0] ?? "")?.[1]);
      const want = Math.floor((end.getTime() - Date.now()) / 60_000);
      assert.ok(Math.abs(minutes - want) <= 1, `${day}: ${minutes}, want ${want}`);
    }
  },
});
