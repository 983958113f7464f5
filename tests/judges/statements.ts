// judges: documents and statements, aimed at a call.
import type { IamPrincipal } from "../../lib/core/iam/mod.ts";
import type { Case, Document, JsonStatement, Layer } from "./case.ts";
import { drawCondition } from "./conditions.ts";
import type { Dice } from "./dice.ts";
import { drawPrincipal } from "./principals.ts";
import { AWAY, type Call, HOME } from "./world.ts";

/** What statements are drawn for. */
export interface Aim {
  readonly dice: Dice;
  readonly call: Call;
  readonly caller: IamPrincipal;
  readonly context: Case["context"];
  /** Few statements that hit and hang on their conditions: the layer drawn decides the case. */
  readonly focused: boolean;
}

/** A document of one to three statements for a layer, mostly aimed at the call. */
export function drawDocument(aim: Aim, layer: Layer): Document {
  const { dice } = aim;
  const Statement = dice.several(1, aim.focused ? 2 : 3, () => drawStatement(aim, layer))
    .map((statement, index) =>
      dice.chance(0.3) ? { Sid: `Entry${index}`, ...statement } : statement
    );
  const version = layer === "rcp" ? 0 : dice.next(); // AWS takes RCPs of one version only
  if (version < 0.9) return { Version: "2012-10-17", Statement };
  return version < 0.95 ? { Version: "2008-10-17", Statement } : { Statement };
}

function drawStatement(aim: Aim, layer: Layer): JsonStatement {
  const { dice, call, caller, context } = aim;
  const Effect = layer === "rcp" || dice.chance(0.22) ? "Deny" : "Allow";
  // An Allow is aimed at the call; a Deny that always hit would leave nothing to compare.
  const hit = aim.focused || Effect === "Allow" ? 0.93 : 0.6;
  const conditional = aim.focused ? 0.85 : Effect === "Allow" ? 0.5 : 0.7;
  const trust = layer === "resource" && call.action.startsWith("sts:");
  return {
    Effect,
    ...(layer === "rcp" ? { Principal: "*" as const } : {}),
    ...(layer === "resource" ? drawPrincipal(dice, caller, Effect, hit, trust) : {}),
    ...drawActions(aim, layer, hit),
    ...(trust ? {} : drawResources(aim, hit)),
    ...(dice.chance(conditional) ? { Condition: drawCondition(dice, call.action, context) } : {}),
  };
}

/** AWS takes neither `NotAction` nor a bare `*` in an RCP. */
function drawActions(
  aim: Aim,
  layer: Layer,
  hit: number,
): Pick<JsonStatement, "Action" | "NotAction"> {
  const { dice, call } = aim;
  const not = layer !== "rcp" && dice.chance(0.12);
  const draw = () => {
    const action = drawAction(dice, call, dice.chance(hit) !== not);
    return layer === "rcp" && action === "*" ? call.action : dice.recase(action, 0.15);
  };
  const list = dice.unlist(dice.several(1, 2, draw));
  return not ? { NotAction: list } : { Action: list };
}

function drawAction(dice: Dice, call: Call, hit: boolean): string {
  if (!hit) {
    return dice.pick([
      "iam:*",
      "s3:DeleteObject",
      "sqs:Receive*",
      "ec2:Run*",
      "sts:Get*",
    ]);
  }
  const [service = "", name = ""] = call.action.split(":");
  return dice.pick([
    call.action,
    call.action,
    `${service}:*`,
    `${service}:${name.slice(0, 3)}*`,
    `${service}:*${name.slice(-4)}`,
    `${service}:${name.replace(/.$/, "?")}`,
    "*",
  ]);
}

function drawResources(
  aim: Aim,
  hit: number,
): Pick<JsonStatement, "Resource" | "NotResource"> {
  const { dice } = aim;
  const not = dice.chance(0.12);
  const list = dice.unlist(
    dice.several(1, 2, () => drawResource(aim, dice.chance(hit) !== not, not)),
  );
  return not ? { NotResource: list } : { Resource: list };
}

function drawResource(aim: Aim, hit: boolean, not: boolean): string {
  const { dice, call, context } = aim;
  if (!hit) {
    return dice.pick([
      "arn:aws:s3:::other/*",
      `arn:aws:sqs:eu-west-1:${AWAY}:jobs`,
      `arn:aws:iam::${HOME}:role/other`,
    ]);
  }
  if (call.resource === "*") return "*";
  const parts = call.resource.split(":");
  const name = parts.slice(5).join(":");
  const upTo = (length: number) => [...parts.slice(0, 5), `${name.slice(0, length)}*`].join(":");
  const team = "aws:PrincipalTag/team";
  const variable = not && !(team in context) ? "blue" : `\${${dice.recase(team, 0.2)}}`;
  return dice.pick([
    call.resource,
    call.resource,
    "*",
    upTo(3),
    upTo(6),
    `${parts.slice(0, 3).join(":")}:*`,
    call.resource.replace(/.$/, "?"),
    call.resource.replace("blue", variable),
    call.resource.replace("blue", "${aws:PrincipalTag/none, 'blue'}"),
    call.resource.replace("eu-west-1", "*"),
    call.resource.replace(/[a-z]$/, (char) => char.toUpperCase()),
  ]);
}
