// commands: finds a page of the manual by its words.
import { nearest } from "../../lib/core/yaml/problems.ts";
import { meantBy } from "./nearest.ts";
import { follow, pageOf, routesIn, type Target } from "./pages.ts";
import { blocksOf, type Sheet } from "./sheet.ts";
import { type Topic, TOPICS, topicSheet } from "./topics.ts";

/** The page that the words name; the front page without any; `null` when there is none. */
export function manualPage(root: Target, words: readonly string[]): Sheet | null {
  if (words.length === 0) return frontPage(root);
  const { route, rest } = follow(root, words);
  if (rest.length === 0) return pageOf(route, "folded");
  const topic = TOPICS.find(({ name }) => name === words.join("-"));
  return topic === undefined ? null : topicSheet(topic);
}

/** Where to look instead. */
export function unknownPage(root: Target, words: readonly string[]): string {
  const topic = nearest(words.join("-"), TOPICS.map(({ name }) => name));
  if (topic !== null) return `did you mean: sentinel help ${topic}`;
  const [command] = meantBy(root, words).commands;
  return command === undefined
    ? "sentinel help lists commands and topics"
    : `did you mean: sentinel help ${command.join(" ")}`;
}

/** All commands, groups with their verbs, and the topics. */
export function frontPage(root: Target): Sheet {
  const page = pageOf({ words: [], target: root }, "folded");
  const [usage, ...others] = page.sections.filter(({ heading }) => heading !== "Commands");
  const routes = routesIn({ words: [], target: root });
  const rows = routes.map((route) => {
    const verbs = routesIn(route).map(({ words }) => words.at(-1) ?? "");
    const shown = [route.words.join(" "), verbs.join("|")].filter((part) => part !== "").join(" ");
    return [shown, route.target.brief] as const;
  });
  return {
    ...page,
    sections: [
      ...(usage === undefined ? [] : [usage]),
      { heading: "Commands", blocks: [{ kind: "rows", rows }] },
      ...others,
      { heading: "Topics", blocks: [{ kind: "rows", rows: TOPICS.map(topicRow) }] },
      {
        heading: "More",
        blocks: blocksOf(
          "sentinel help COMMAND, sentinel COMMAND --help and sentinel help TOPIC tell more.",
        ),
      },
    ],
  };
}

function topicRow({ name, brief }: Topic): readonly [string, string] {
  return [name, brief];
}
